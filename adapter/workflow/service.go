package workflow

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/ping"
	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

// Core is what the service needs of the core.
type Core interface {
	rest.Accounts
	rest.Registry
	rest.Instances
	rest.Processes
	rest.Delegations
	rest.Submissions
}

type service struct{ core Core }

// Service is the service's table. It was never published in EC2.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	row := func(base string, request, response any, handle func(context.Context, *soap.Call, any) (any, error), basic ...string) soap.Operation {
		return soap.Operation{
			Base: base, Names: map[wsdl.Flavour][]string{wsdl.Basic: basic, wsdl.WS: {base}},
			Request: request, Response: response, Begin: begin, Handle: handle,
		}
	}
	return soap.Service{Name: "WorkflowServiceExternal", Operations: []soap.Operation{
		row("DoSendingInAction", (*DoSendingInAction)(nil), (*Empty)(nil), s.doSendingInAction, "DoSendingInActionBasic"),
		row("DoSigning", (*DoSigning)(nil), (*Empty)(nil), s.doSigning, "DoSigningBasic"),
		row("GetAvailableActionsV2", (*GetAvailableActionsV2)(nil), (*ActionResponse)(nil), s.getAvailableActionsV2, "GetAvailableActionsBasicV2"),
		row("GetNextWorkflowStateTypeInProcessFlowV2", (*GetNextWorkflowStateTypeInProcessFlowV2)(nil), (*ActionResponse)(nil),
			s.getNextWorkflowStateTypeInProcessFlowV2, "GetNextWorkflowStateTypeInProcessFlowBasicV2"),
		row("GetProcessDetailsV2", (*GetProcessDetails)(nil), (*GetProcessDetailsResponse)(nil), s.getProcessDetails, "GetProcessDetailsBasicV2"),
		row("GetProcessDetailsV3", (*GetProcessDetails)(nil), (*GetProcessDetailsResponse)(nil), s.getProcessDetails, "GetProcessDetailsBasicV3"),
		row("GetProcessStepIDForParallelSigning", (*GetProcessStepIDForParallelSigning)(nil), (*GetProcessStepIDForParallelSigningResponse)(nil),
			s.getProcessStepIDForParallelSigning, "GetProcessStepIDForParallelSigningBasic"),
		row("GetSigningText", (*GetSigningText)(nil), (*GetSigningTextResponse)(nil), s.getSigningText, "GetSigningTextExternal", "GetSigningTextBasic"),
		row("PrepareUserControlledSigning", (*PrepareUserControlledSigning)(nil), (*Empty)(nil), s.prepareUserControlledSigning, "PrepareUserControlledSigningBasic"),
		row("SetBackToFormFilling", (*SetBackToFormFilling)(nil), (*Empty)(nil), s.setBackToFormFilling, "SetBackToFormFillingBasic"),
		ping.Operation(wsdl.Basic, wsdl.WS),
	}}
}

// Empty is the answer of operations that have none.
type Empty struct{}
