package adapter_test

import "flag"

// update rewrites the golden responses and the README's matrix.
var update = flag.Bool("update", false, "rewrite golden responses and the README's operation matrix")
