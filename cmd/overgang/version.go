package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker (make build); otherwise the build's own
// revision is told.
var version string

type versionCommand struct{}

// Run prints one line: name, version, compiler, platform.
func (*versionCommand) Run(s *session) error {
	_, err := fmt.Fprintf(s.Stdout, "overgang %s %s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}
