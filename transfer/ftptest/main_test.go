package ftptest

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain holds Close to its word: nothing that a server started may be left.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
