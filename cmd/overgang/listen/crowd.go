package listen

import "net/http"

// AtOnce serves at most n requests at a time. One more is told at once to come
// back in a second (503): waiting in line would only make everybody late.
func AtOnce(n int, next http.Handler) http.Handler {
	places := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
		default:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "The gateway is at its limit of requests at once: try again in a second.", http.StatusServiceUnavailable)
			return
		}
		defer func() { <-places }()
		next.ServeHTTP(w, r)
	})
}
