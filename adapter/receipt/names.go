package receipt

import "overgang/rest"

// brokerService is a receipt type that only V2 has a name for.
const brokerService rest.ReceiptKind = "BrokerService"

// kindV1 is the kind as the first version's enumeration can say it.
func kindV1(k rest.ReceiptKind) rest.ReceiptKind {
	if k == brokerService {
		return rest.ReceiptNotSet
	}
	return kindV2(k)
}

func kindV2(k rest.ReceiptKind) rest.ReceiptKind {
	if k == "" {
		return rest.ReceiptNotSet
	}
	return k
}

func status(s rest.ReceiptStatus) rest.ReceiptStatus {
	if s == "" {
		return rest.StatusNotSet
	}
	return s
}
