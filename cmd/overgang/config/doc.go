// Package config is the gateway's configuration: defaults, overlaid by a
// strict YAML file, by the environment and by flags, in that order. An unknown
// key, a value that does not parse and a combination that could not serve are
// errors that name the place and what to do.
//
// It starts nothing and opens nothing but the configuration file itself.
// docs/configuration.md is its manual.
package config
