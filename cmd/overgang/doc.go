// Command overgang is the gateway and its command line: one file a command.
//
// It owns the wiring and nothing else. Below it are config (what can be set),
// listen (the edge towards the network), observe (metrics), gateway (the parts
// put together) and demo (what `serve --demo` adds).
package main
