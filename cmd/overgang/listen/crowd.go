package listen

import "net/http"

// AtOnce serves at most n requests at a time. One more is told at once to come
// back in a second (503): waiting in line would only make everybody late.
// refused, where given, is called for every such request.
func AtOnce(n int, next http.Handler, refused func()) http.Handler {
	places := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
		default:
			if refused != nil {
				refused()
			}
			w.Header().Set("Retry-After", "1")
			http.Error(w, "The gateway is at its limit of requests at once: try again in a second.", http.StatusServiceUnavailable)
			return
		}
		defer func() { <-places }()
		next.ServeHTTP(w, r)
	})
}
