package overgang.bench;

import java.util.GregorianCalendar;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import overgang.intermediary.*;

/** Parses, answers a receipt, stores nothing. */
public class Intermediary implements IIntermediaryInboundExternalBasic {
    private final DatatypeFactory dates;

    public Intermediary() {
        try {
            dates = DatatypeFactory.newInstance();
        } catch (DatatypeConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public ReceiptExternalBE submitFormTaskBasic(
            String systemUserName, String systemPassword, String userSSN, String userPassword,
            String userPinCode, String authMethod, FormTaskShipmentBE shipment) {
        ReceiptExternalBE receipt = new ReceiptExternalBE();
        receipt.setReceiptId(1000001);
        receipt.setReceiptText("FormTaskShipment Data is sent to FormTask for Instantiating");
        receipt.setReceiptHistory("");
        receipt.setLastChanged(dates.newXMLGregorianCalendar(new GregorianCalendar()));
        receipt.setReceiptTypeName(ReceiptTypeExternal.FORM_TASK);
        receipt.setReceiptStatusCode(ReceiptStatusExternal.OK);
        receipt.setParentReceiptId(0);
        receipt.setReferences(new ArrayOfReferenceExternalBE());
        add(receipt, ReferenceTypeExternal.EXTERNAL_SHIPMENT_REFERENCE, shipment.getExternalShipmentReference());
        add(receipt, ReferenceTypeExternal.PARTY_REFERENCE, shipment.getReportee());
        return receipt;
    }

    private static void add(ReceiptExternalBE receipt, ReferenceTypeExternal type, String value) {
        ReferenceExternalBE reference = new ReferenceExternalBE();
        reference.setReferenceTypeName(type);
        reference.setReferenceValue(value);
        receipt.getReferences().getReferenceBE().add(reference);
    }

    @Override
    public Integer getAltinnSubmissionStatusBasic(String systemUserName, String systemPassword) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public ReceiptExternalBE completeAndSignShipmentBasic(
            String systemUserName, String systemPassword, String userSSN, String userPassword, String userPinCode,
            String authMethod, int reporteeElementId, ArrayOfSignature signatures, int languageId) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public ReceiptExternal updateFormDataBasic(
            String systemUserName, String systemPassword, String userSSN, String userPassword, String userPinCode,
            String authMethod, FormTaskUpdate update) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public void test() {}
}
