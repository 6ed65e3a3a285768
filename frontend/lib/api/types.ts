/** The names of the API's schemas that the front end uses. */
export type {
  BulkChanges,
  BulkRequest,
  NotificationPage,
  NotificationRead as Notification,
  Priority,
  Problem,
  SyncData,
  TaskCreate,
  TaskDraft,
  TaskPage,
  TaskPreview,
  TaskRead as Task,
  TaskUpdate,
  UserRead as User,
} from "./schema";
