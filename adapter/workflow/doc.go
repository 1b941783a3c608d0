// Package workflow is the legacy service Workflow: moving an element through the
// steps of its process, and looking at them (WorkflowServiceExternalBasic.wsdl,
// inferred). Operations that change something act for a person or a system,
// views of the process for systems only.
package workflow
