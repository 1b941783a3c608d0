package api_test

import (
	"os"
	"os/exec"
	"testing"
)

// TestPartsOfARunNeedNotShowTheWhole: TestMain asks nothing of a run that was
// to list tests or to leave some out.
func TestPartsOfARunNeedNotShowTheWhole(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-test.list=."}, {"-test.skip=."}, {"-test.run=^$"}} {
		if text, err := exec.CommandContext(t.Context(), self, args...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%.1000s", args, err, text)
		}
	}
}
