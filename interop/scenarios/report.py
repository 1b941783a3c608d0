"""The wage report: what the agency fills in beforehand, and the rest of it."""

import xml.etree.ElementTree as ET

NS = "urn:overgang:demo:lonnsmelding:1"
ET.register_namespace("", NS)

EMPLOYEES = {"27916747115": "Ingrid Å. Ødegaard", "17817937799": "Ola Strandvær"}
WAGES = {"27916747115": ("40429.00", "12532.00"), "17817937799": ("46456.00", "14401.00")}


def prefill(org):
    """Whom the agency believes the employer to employ."""
    people = "".join(f"<Inntektsmottaker><Foedselsnummer>{n}</Foedselsnummer><Navn>{name}</Navn></Inntektsmottaker>" for n, name in EMPLOYEES.items())
    return (
        f'<Lonnsmelding xmlns="{NS}" skjemanummer="5101" spesifikasjonsnummer="1">'
        f"<Virksomhet><Organisasjonsnummer>{org}</Organisasjonsnummer><Navn>Havbris Verft AS</Navn>{people}</Virksomhet></Lonnsmelding>"
    )


def fill(prefilled, org, month, reference, delivered):
    """The prefilled form with what everybody was paid."""
    report = ET.fromstring(prefilled)

    def add(parent, name, text=None):
        element = ET.SubElement(parent, f"{{{NS}}}{name}")
        element.text = text
        return element

    def add_all(parent, name, fields):
        group = add(parent, name)
        for field, text in fields.items():
            add(group, field, text)

    delivery = ET.Element(f"{{{NS}}}Leveranse")
    report.insert(0, delivery)
    add(delivery, "Leveringstidspunkt", delivered.strftime("%Y-%m-%dT%H:%M:%S"))
    add(delivery, "Kalendermaaned", month)
    add(delivery, "Kildesystem", "Fjordlønn 7.2")
    add(delivery, "Meldingsid", reference)
    add(delivery, "Opplysningspliktig", org)
    add_all(delivery, "Kontakt", {"Navn": "Sigrun Måsøval"})
    for employee in report.iter(f"{{{NS}}}Inntektsmottaker"):
        paid, tax = WAGES[employee.find(f"{{{NS}}}Foedselsnummer").text]
        add_all(employee, "Arbeidsforhold", {"Type": "ordinaert", "Startdato": "2010-10-01", "Yrke": "3323101", "Stillingsprosent": "100"})
        add_all(employee, "Inntekt", {"Fordel": "kontantytelse", "Beskrivelse": "fastlønn", "Beloep": paid})
        add(employee, "Forskuddstrekk", tax)
    add_all(
        report,
        "Oppsummering",
        {
            "AntallInntektsmottakere": str(len(WAGES)),
            "SumInntekt": f"{sum(float(paid) for paid, _ in WAGES.values()):.2f}",
            "SumForskuddstrekk": f"{sum(float(tax) for _, tax in WAGES.values()):.2f}",
        },
    )
    return ET.tostring(report, encoding="unicode")
