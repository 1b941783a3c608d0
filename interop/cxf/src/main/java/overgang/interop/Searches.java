package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.xml.bind.JAXBElement;
import javax.xml.namespace.QName;
import overgang.receipt.IReceiptExternalBasic;
import overgang.receipt.reference.ReferenceType;
import overgang.receipt.v2.Receipt;
import overgang.receipt.v2.ReceiptSearch;
import overgang.receipt.v2.Reference;
import overgang.receipt.v2.ReferenceList;

/** GetReceiptBasicV2 by id and by reference. */
final class Searches {
    private static final String TYPES = "http://schemas.altinn.no/services/Intermediary/Receipt/2015/06";

    private Searches() {}

    static Receipt byId(IReceiptExternalBasic receipts, String password, int id) throws Exception {
        ReceiptSearch search = new ReceiptSearch();
        search.setReceiptId(id);
        return receipts.getReceiptBasicV2(get("SYSTEM_USER"), password, search);
    }

    static Receipt byReference(IReceiptExternalBasic receipts, String type, String value) throws Exception {
        Reference reference = new Reference();
        reference.setReferenceType(ReferenceType.fromValue(type));
        reference.setReferenceValue(value);
        ReferenceList list = new ReferenceList();
        list.getReference().add(reference);
        ReceiptSearch search = new ReceiptSearch();
        search.setReferences(new JAXBElement<>(new QName(TYPES, "References"), ReferenceList.class, list));
        return receipts.getReceiptBasicV2(get("SYSTEM_USER"), get("SYSTEM_PASSWORD"), search);
    }
}
