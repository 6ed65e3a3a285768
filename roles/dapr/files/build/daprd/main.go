// Command daprd is Dapr's own daprd with SQLite name resolution, which its released builds have and which the build tag
// stablecomponents leaves out. (allcomponents has it too, but does not compile with Go 1.26: a dependency's assembly.)
package main

import (
	"github.com/dapr/components-contrib/nameresolution/sqlite"
	"github.com/dapr/dapr/cmd/daprd/app"
	"github.com/dapr/dapr/pkg/components/nameresolution"
)

func main() {
	nameresolution.DefaultRegistry.RegisterComponent(sqlite.NewResolver, "sqlite")
	app.Run()
}
