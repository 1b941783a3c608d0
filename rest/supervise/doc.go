// Package supervise keeps the gateway's own work going when it panics:
// housekeeping, deliveries, fetching, figures. It owns what a panic of a
// goroutine comes to, which is always a defect and must not end everybody's
// requests. Requests' own panics are their handlers' to answer.
package supervise
