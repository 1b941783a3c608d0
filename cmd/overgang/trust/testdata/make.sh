#!/bin/sh
# Makes what is beside this file with openssl: an authority, certificates that it
# issued, its revocation lists, and OCSP answers. All of it is good for twenty
# years; no key is kept. Run it in this folder.
set -eu
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir new
: > index.txt
echo 1000 > serial
echo 01 > crlnumber

cat > ca.cnf <<'CNF'
[ca]
default_ca = authority
[authority]
dir = .
database = index.txt
new_certs_dir = new
serial = serial
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 7300
default_crl_days = 7300
policy = anything
unique_subject = no
x509_extensions = enterprise
[anything]
commonName = supplied
organizationName = optional
[req]
distinguished_name = name
prompt = no
[name]
CN = Test authority by openssl
O = Overgang test
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[enterprise]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[responder]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
[partial]
issuingDistributionPoint = critical,@point
[point]
fullname = URI:http://point.example/some.crl
CNF

key() { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key"; }
issue() { # name, common name, section
	key "$1"
	openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
	openssl ca -batch -config ca.cnf -notext -extensions "$3" -in "$1.csr" -out "$1.pem" 2>/dev/null
}

key ca
openssl req -x509 -new -key ca.key -config ca.cnf -extensions root -days 7300 -out ca.pem
openssl ca -config ca.cnf -gencrl -out empty.crl 2>/dev/null
issue good "Good enterprise" enterprise
issue revoked "Revoked enterprise" enterprise
issue responder "Test responder" responder
openssl ca -config ca.cnf -revoke revoked.pem -crl_reason keyCompromise 2>/dev/null
openssl ca -config ca.cnf -gencrl -out ca.crl.pem 2>/dev/null
openssl crl -in ca.crl.pem -outform DER -out ca.crl
openssl ca -config ca.cnf -gencrl -crlexts partial -out partial.pem 2>/dev/null
openssl crl -in partial.pem -outform DER -out partial.crl
openssl crl -in empty.crl -outform DER -out empty.der && mv empty.der empty.crl

answer() { # certificate, signer, file
	openssl ocsp -issuer ca.pem -cert "$1.pem" -no_nonce -reqout request
	openssl ocsp -index index.txt -CA ca.pem -rsigner "$2.pem" -rkey "$2.key" -ndays 7300 -reqin request -respout "$3" >/dev/null 2>&1
}
answer good responder good.ocsp
answer revoked responder revoked.ocsp
answer good ca direct.ocsp
answer good good forged.ocsp # signed with an enterprise's certificate

# A list that somebody else signed in the authority's name.
mkdir forged
mv ca.key forged/ca.key.true
key ca
openssl x509 -in ca.pem -signkey ca.key -out ca.forged.pem 2>/dev/null
cp ca.pem ca.true.pem
cp ca.forged.pem ca.pem
openssl ca -config ca.cnf -gencrl -out forged.pem 2>/dev/null
openssl crl -in forged.pem -outform DER -out forged.crl
cp ca.true.pem ca.pem

cp ca.pem good.pem revoked.pem ca.crl ca.crl.pem empty.crl partial.crl forged.crl good.ocsp revoked.ocsp direct.ocsp forged.ocsp "$here"
