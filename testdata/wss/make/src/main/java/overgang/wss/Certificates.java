package overgang.wss;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority with an awkward name, an enterprise of it, and a stranger with an authority of its own. */
final class Certificates {
  static final char[] PASSWORD = "test".toCharArray();
  final KeyStore store = KeyStore.getInstance("PKCS12");
  private final JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
  private final KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");

  Certificates(Path to) throws Exception {
    store.load(null, null);
    keys.initialize(2048);
    KeyPair ca = keys.generateKeyPair();
    X500Name caName = new X500Name("C=NO,O=Prøve\\, Øst & Vest AS,OU=a\\+b\\;\\\"d\\\",CN=Overgang Test CA 1,E=ca@test.example");
    X509Certificate authority = certificate(caName, ca, caName, ca, new BigInteger("1"), true);
    KeyPair enterprise = keys.generateKeyPair();
    X509Certificate leaf = certificate(new X500Name("C=NO,O=Eksempel AS,2.5.4.5=910000001,CN=Eksempel AS"), enterprise,
        caName, ca, new BigInteger("00f1e2d3c4b5a69788796a5b4c3d2e1f", 16), false);
    KeyPair other = keys.generateKeyPair();
    X509Certificate stranger = certificate(caName, other, caName, other, new BigInteger("2"), false);
    store.setKeyEntry("enterprise", enterprise.getPrivate(), PASSWORD, new Certificate[] {leaf});
    store.setKeyEntry("stranger", other.getPrivate(), PASSWORD, new Certificate[] {stranger});
    pem(to.resolve("ca.pem"), "CERTIFICATE", authority.getEncoded());
    pem(to.resolve("enterprise.pem"), "CERTIFICATE", leaf.getEncoded());
    pem(to.resolve("stranger.pem"), "CERTIFICATE", stranger.getEncoded());
    Key key = store.getKey("enterprise", PASSWORD);
    pem(to.resolve("enterprise.key.pem"), "PRIVATE KEY", key.getEncoded());
  }

  private X509Certificate certificate(X500Name name, KeyPair pair, X500Name issuer, KeyPair signer, BigInteger serial, boolean authority)
      throws Exception {
    JcaX509v3CertificateBuilder b = new JcaX509v3CertificateBuilder(issuer, serial, Date.from(Instant.parse("2026-01-01T00:00:00Z")),
        Date.from(Instant.parse("2099-01-01T00:00:00Z")), name, pair.getPublic());
    b.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
    b.addExtension(Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(signer.getPublic()));
    b.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    int usage = authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
    b.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
    return new JcaX509CertificateConverter().getCertificate(b.build(new JcaContentSignerBuilder("SHA256withRSA").build(signer.getPrivate())));
  }

  private static void pem(Path file, String kind, byte[] der) throws Exception {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(file, "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n", StandardCharsets.US_ASCII);
  }
}
