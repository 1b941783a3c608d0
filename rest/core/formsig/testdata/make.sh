#!/bin/sh
# Makes the signed forms in this folder with xmlsec1 and openssl, so that our
# verifier is checked against signatures that other software made. The keys are
# thrown away.
set -eu
cd "$(dirname "$0")"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

ca() { # name
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$t/$1.key" -out "$1.pem" -days 36500 \
		-subj "/CN=$1" -addext "basicConstraints=critical,CA:TRUE" 2>/dev/null
}
cert() { # name authority key-options...
	name=$1 authority=$2
	shift 2
	openssl req -newkey "$@" -nodes -keyout "$t/$name.key" -out "$t/$name.csr" -subj "/CN=$name" 2>/dev/null
	openssl x509 -req -in "$t/$name.csr" -CA "$authority.pem" -CAkey "$t/$authority.key" -CAcreateserial \
		-days 36400 -out "$name.pem" 2>/dev/null
	rm -f "$authority.srl"
}

sha=http://www.w3.org/2001/04/xmlenc#sha256
more=http://www.w3.org/2001/04/xmldsig-more
exc=http://www.w3.org/2001/10/xml-exc-c14n#
c14n=http://www.w3.org/TR/2001/REC-xml-c14n-20010315

signature() { # uri signature-method digest-method c14n
	cat <<EOF
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="$4"/><ds:SignatureMethod Algorithm="$2"/><ds:Reference URI="$1"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="$4"/></ds:Transforms><ds:DigestMethod Algorithm="$3"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>
EOF
}
form() { # attributes signature
	cat <<EOF
<?xml version="1.0" encoding="UTF-8"?>
<m:melding xmlns:m="urn:melding" xmlns:x="urn:annet"$1>
  <m:navn x:b="2" a="1">Kåre &amp; Søn</m:navn>
  <antall>3</antall>
  $2
</m:melding>
EOF
}
sign() { # name signer template
	printf '%s\n' "$3" > "$t/template.xml"
	xmlsec1 --sign --privkey-pem "$t/$2.key,$2.pem" --id-attr:ID melding --output "$1.xml" "$t/template.xml"
}

ca authority
ca stranger
cert signer authority rsa:2048
cert curve authority ec -pkeyopt ec_paramgen_curve:prime256v1
cert weak authority rsa:1024
cert foreign stranger rsa:2048

sign rsa signer "$(form '' "$(signature '' $more#rsa-sha256 $sha $exc)")"
sign inclusive signer "$(form '' "$(signature '' $more#rsa-sha512 http://www.w3.org/2001/04/xmlenc#sha512 $c14n)")"
sign byid signer "$(form ' ID="skjema-1"' "$(signature '#skjema-1' $more#rsa-sha256 $sha $exc)")"
sign ecdsa curve "$(form '' "$(signature '' $more#ecdsa-sha256 $sha $exc)")"
sign sha1 signer "$(form '' "$(signature '' http://www.w3.org/2000/09/xmldsig#rsa-sha1 http://www.w3.org/2000/09/xmldsig#sha1 $exc)")"
sign weak-key weak "$(form '' "$(signature '' $more#rsa-sha256 $sha $exc)")"
sign untrusted foreign "$(form '' "$(signature '' $more#rsa-sha256 $sha $exc)")"
sign part signer "<?xml version=\"1.0\"?>
<innpakning><melding ID=\"skjema-1\"><navn>Kari</navn></melding>$(signature '#skjema-1' $more#rsa-sha256 $sha $exc)</innpakning>"
rm -f foreign.pem weak.pem curve.pem
