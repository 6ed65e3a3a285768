"""Verbs that begin a command, and verbs that begin a to-do."""

from typing import Final

CREATE_VERBS: Final = {"add", "create"}
DELETE_VERBS: Final = {"delete", "remove", "erase", "trash", "clear", "discard", "scrap", "drop", "lösche", "entferne"}
COMMAND_VERBS: Final = DELETE_VERBS | {
    "complete", "mark", "tick", "check", "cross", "reopen", "uncomplete", "uncheck", "untick", "undo", "show", "list",
    "rename", "retitle", "move", "reschedule", "postpone", "snooze", "delay", "defer", "tag", "untag", "label", "make",
    "set", "change", "repeat", "stop", "prioritize", "prioritise", "push", "unschedule", "erledige", "zeige", "zeig",
    "verschiebe",
}  # fmt: skip
# Words that, at the start of a message without another verb, make it a thing to do.
_TODO_VERBS: Final = """
accept activate adjust agree analyse analyze announce answer apply approach approve arrange ask assemble assign
attach attend audit automate back bake balance bathe become begin bike bleach block book borrow bring brush build
buy calculate call cancel celebrate change charge chase check choose clean clear climb close coach collect color
compare compile complete compose configure confirm connect contact contribute convert cook copy correct cover
create cut debug declutter decide decorate defrost deliver deploy design develop discuss dispose do donate double
download draft draw drive drop dry dust edit email empty enrol enroll estimate evaluate exchange exercise expand
expense export feed fetch figure file fill finalise finalize find finish fix fold follow format forward fry gather
get give go grab grade guide hand hang hem hike hire host hoover import improve inform inspect install
interview invest investigate invite invoice iron jog join journal kick knit launch learn leave lend lift listen
load locate lock log look lower lubricate mail maintain make manage measure meditate meet memorize mend merge
message migrate mop move mow negotiate note notify nominate oil open optimise optimize order organise organize
pack paint park patch pay peel phone photograph pick ping plan plant play polish post practice practise pray
prepare prepay present print proofread prune publish pull pump purchase push put read rearrange rebook recharge
record recycle redeem refactor refill refund register rehearse release renew rent repair repaint replace reply
report request research reserve reset resolve respond restart restock restore return review revise ride ring rotate
rsvp run save scan schedule scrub see sell send service set sew shave shine ship shop shower sign sing sketch
sort speak spend start stop store stretch stroll study submit subscribe swap sweep swim switch talk tackle take
teach test text thank throw tidy tile top trade train transfer transplant travel treat trim tune turn
tutor type unclog unload unpack unplug unsubscribe update upgrade upload use vaccinate vacuum verify visit
volunteer vote wake walk warm wash watch water weed weigh whatsapp wipe wire work wrap write
kaufe kaufen rufe hole bezahle
"""
ACTION_VERBS: Final = frozenset(_TODO_VERBS.split())
