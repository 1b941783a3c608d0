package overgang.bench;

import com.sun.xml.ws.developer.StreamingAttachment;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import javax.activation.DataHandler;
import javax.activation.FileDataSource;
import javax.jws.WebMethod;
import javax.jws.WebParam;
import javax.jws.WebResult;
import javax.jws.WebService;
import javax.jws.soap.SOAPBinding;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlMimeType;
import javax.xml.bind.annotation.XmlType;
import javax.xml.ws.soap.MTOM;

/** Takes files by MTOM: writes them to disk, not flushed, with their SHA-256, and forgets them. Sends one of zeros from disk. */
@MTOM
@StreamingAttachment(memoryThreshold = 1 << 20)
@WebService(targetNamespace = Files.BROKER, serviceName = "BrokerServiceExternalBasicStreamedSF")
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public class Files {
    static final String BROKER = "http://www.altinn.no/services/ServiceEngine/Broker/2015/06";
    static final String PATH = "/ServiceEngineExternal/BrokerServiceExternalBasicStreamed.svc";

    /** The body of an upload. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(namespace = BROKER, name = "StreamedPayload")
    public static class Payload {
        @XmlMimeType("application/octet-stream")
        @XmlElement(name = "DataStream", namespace = BROKER)
        public DataHandler dataStream;
    }

    /** The answer to it. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(namespace = BROKER, name = "ReceiptStreamed")
    public static class Receipt {
        @XmlElement(name = "ReceiptStatusCode", namespace = BROKER)
        public String status = "OK";
    }

    /** What a download asks for. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(namespace = BROKER, name = "Wanted")
    public static class Wanted {
        @XmlElement(namespace = BROKER)
        public String systemUserName;

        @XmlElement(namespace = BROKER)
        public String systemPassword;

        @XmlElement(namespace = BROKER)
        public String fileReference;

        @XmlElement(namespace = BROKER)
        public String reportee;
    }

    @WebMethod(operationName = "DownloadFileStreamedBasic", action = BROKER + "/IBrokerServiceExternalBasicStreamed/DownloadFileStreamedBasic")
    @WebResult(name = "DownloadFileStreamedBasicResponse", targetNamespace = BROKER, partName = "parameters")
    public Payload download(@WebParam(name = "DownloadFileStreamedBasic", targetNamespace = BROKER, partName = "parameters") Wanted wanted)
            throws Exception {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "bench-download-" + ProcessHandle.current().pid());
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(Long.parseLong(wanted.fileReference));
        }
        file.toFile().deleteOnExit();
        Payload payload = new Payload();
        payload.dataStream = new DataHandler(new FileDataSource(file.toFile()));
        return payload;
    }

    @WebMethod(operationName = "UploadFileStreamedBasic", action = BROKER + "/IBrokerServiceExternalBasicStreamed/UploadFileStreamedBasic")
    @WebResult(name = "ReceiptExternalStreamedBE", targetNamespace = BROKER, partName = "parameters")
    public Receipt upload(
            @WebParam(name = "StreamedPayloadBasicBE", targetNamespace = BROKER, partName = "parameters") Payload payload,
            @WebParam(name = "FileName", targetNamespace = BROKER, header = true, partName = "FileName") String fileName,
            @WebParam(name = "Reference", targetNamespace = BROKER, header = true, partName = "Reference") String reference,
            @WebParam(name = "Reportee", targetNamespace = BROKER, header = true, partName = "Reportee") String reportee,
            @WebParam(name = "SystemPassword", targetNamespace = BROKER, header = true, partName = "SystemPassword") String password,
            @WebParam(name = "SystemUserName", targetNamespace = BROKER, header = true, partName = "SystemUserName") String user)
            throws Exception {
        Path file = java.nio.file.Files.createTempFile("upload", ".bin");
        try (InputStream in = payload.dataStream.getInputStream();
                OutputStream out = new DigestOutputStream(new FileOutputStream(file.toFile()), MessageDigest.getInstance("SHA-256"))) {
            byte[] piece = new byte[256 << 10];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                out.write(piece, 0, n);
            }
        } finally {
            java.nio.file.Files.delete(file);
        }
        return new Receipt();
    }
}
