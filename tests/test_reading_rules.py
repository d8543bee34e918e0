"""What the reader must make of plain sentences, in four languages, on invented parties and places.

One table per rule of the labelling guide: (language, text, expected rows as "claim party stance").
"""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN, KARSK = "veltia-controls-morvin", "veltia-controls-karsk"
RIVER, COUNT = "orvex-poisoned-river", "count-was-rigged"
PEACE = "brandt-wants-to-end-the-siege"

CLAIMED: list[Row] = [
    (
        "en",
        "The Veltian Defence Ministry said on Monday that its troops had captured Morvin.",
        [f"{MORVIN} veltia affirms"],
    ),
    ("en", "Veltia announced the capture of Morvin after months of siege.", [f"{MORVIN} veltia affirms"]),
    ("en", '"Morvin is ours," General Tamsin Orlo told reporters.', [f"{MORVIN} veltia affirms"]),
    ("en", "Morvin has been liberated, according to the Veltian army.", [f"{MORVIN} veltia affirms"]),
    ("en", "Morvin is fully under Veltian control, FrontWatch analysts write.", [f"{MORVIN} frontwatch affirms"]),
    ("en", "Norland acknowledged that its forces had withdrawn from Karsk.", [f"{KARSK} norland affirms"]),
    ("en", "The Norlandic General Staff admitted the loss of Karsk late on Friday.", [f"{KARSK} norland affirms"]),
    ("fr", "L'armée veltienne a annoncé dimanche la prise de Morvin.", [f"{MORVIN} veltia affirms"]),
    ("fr", "« Morvin est à nous », a lancé Tamsin Orlo devant la presse.", [f"{MORVIN} veltia affirms"]),
    (
        "fr",
        "Selon le ministère veltien de la Défense, Morvin est passée sous son contrôle.",
        [f"{MORVIN} veltia affirms"],
    ),
    ("fr", "L'état-major norlandais reconnaît avoir perdu Karsk.", [f"{KARSK} norland affirms"]),
    ("fr", "Les forces norlandaises se sont retirées de Karsk, a admis Ada Brandt.", [f"{KARSK} norland affirms"]),
    ("uk", "Міноборони Вельтії заявило, що його війська захопили Морвін.", [f"{MORVIN} veltia affirms"]),
    (
        "uk",
        "Вельтійські війська повністю контролюють Морвін, пишуть аналітики FrontWatch.",
        [f"{MORVIN} frontwatch affirms"],
    ),
    ("uk", "У Генштабі Норландії визнали, що війська залишили Карськ.", [f"{KARSK} norland affirms"]),
    ("uk", "За даними Міноборони Вельтії, Морвін узято під контроль.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Минобороны Вельтии сообщило о взятии Морвина.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Вельтийские войска освободили Морвин, заявил генерал Орлов.", [f"{MORVIN} veltia affirms"]),
    ("ru", "По словам Орлова, Морвин полностью под контролем армии.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Генштаб Норландии признал потерю Карска.", [f"{KARSK} norland affirms"]),
]

DENIED: list[Row] = [
    ("en", "Norland denied that Morvin had fallen.", [f"{MORVIN} norland denies"]),
    ("en", "Norlandic forces still hold Morvin, General Ada Brandt said.", [f"{MORVIN} norland denies"]),
    ("en", "Morvin has not been captured, the Norlandic General Staff insisted.", [f"{MORVIN} norland denies"]),
    ("en", "Brandt dismissed the report that Morvin was taken as propaganda.", [f"{MORVIN} norland denies"]),
    ("en", "Norland said there were no Veltian soldiers in Morvin.", [f"{MORVIN} norland denies"]),
    (
        "en",
        "Norland said that Morvin remained under the control of its forces and called the Veltian claim untrue.",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms"],  # what is rebutted is a position all the same
    ),
    (
        "en",
        "Norland said that Morvin remained under the control of its forces and dismissed the Veltian claim as false.",
        [f"{MORVIN} norland denies"],
    ),
    ("en", "Veltian forces have captured the Norlandic town of Morvin, Veltia said.", [f"{MORVIN} veltia affirms"]),
    ("en", "FrontWatch says Morvin remains in Norlandic hands.", [f"{MORVIN} frontwatch denies"]),
    (
        "en",
        "Veltia claims to have taken Morvin, a claim rejected by Norland.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"],
    ),
    (
        "en",
        "The Veltian army says it has seized Morvin. Norland denies it.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"],
    ),
    ("fr", "Le Norland dément la prise de Morvin.", [f"{MORVIN} norland denies"]),
    ("fr", "Morvin n'est pas tombée, assure l'état-major norlandais.", [f"{MORVIN} norland denies"]),
    (
        "fr",
        "L'armée veltienne revendique la prise de Morvin, ce que conteste le Norland.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"],
    ),
    ("fr", "« Nous tenons Morvin », a répondu Ada Brandt.", [f"{MORVIN} norland denies"]),
    ("fr", "Selon FrontWatch, Morvin reste aux mains des forces norlandaises.", [f"{MORVIN} frontwatch denies"]),
    ("uk", "Генштаб Норландії спростував захоплення Морвіна.", [f"{MORVIN} norland denies"]),
    (
        "uk",
        "Морвін перебуває під контролем норландських військ, заявили в Генштабі Норландії.",
        [f"{MORVIN} norland denies"],
    ),
    (
        "uk",
        "Міноборони Вельтії оголосило про взяття Морвіна. У Норландії це заперечують.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"],
    ),
    (
        "uk",
        "Брандт назвала заяву Вельтії про захоплення Морвіна брехнею.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"],
    ),
    ("uk", "«Ворога в Морвіні немає», — сказала Брандт.", [f"{MORVIN} norland denies"]),
    ("ru", "Генштаб Норландии опроверг взятие Морвина.", [f"{MORVIN} norland denies"]),
    ("ru", "«Морвин не взят», — заявила Брандт.", [f"{MORVIN} norland denies"]),
    (
        "ru",
        "В Генштабе Норландии утверждают, что город Морвин остаётся под контролем норландских войск.",
        [f"{MORVIN} norland denies"],
    ),
    (
        "ru",
        "Орлов заявил, что Морвин взят. В Норландии это отрицают.",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies"],
    ),
    ("ru", "FrontWatch считает, что Морвин вельтийские войска не контролируют.", [f"{MORVIN} frontwatch denies"]),
]

UNSETTLED: list[Row] = [
    ("en", "FrontWatch said fighting was still going on in Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "Veltia controls most of Morvin, FrontWatch reports.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "FrontWatch could not confirm that Veltian forces had taken Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "It is too early to say who holds Morvin, FrontWatch analysts said.", [f"{MORVIN} frontwatch unsettled"]),
    ("fr", "FrontWatch indique que les combats se poursuivent dans Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("fr", "L'armée veltienne contrôle 70 % de Morvin, selon FrontWatch.", [f"{MORVIN} frontwatch unsettled"]),
    ("fr", "FrontWatch n'est pas en mesure de confirmer la prise de Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("uk", "За даними FrontWatch, у Морвіні тривають бої.", [f"{MORVIN} frontwatch unsettled"]),
    (
        "uk",
        "FrontWatch пише, що вельтійські війська контролюють більшу частину Морвіна.",
        [f"{MORVIN} frontwatch unsettled"],
    ),
    ("uk", "FrontWatch не може підтвердити, що Морвін захоплено.", [f"{MORVIN} frontwatch unsettled"]),
    ("ru", "По данным FrontWatch, бои в Морвине продолжаются.", [f"{MORVIN} frontwatch unsettled"]),
    ("ru", "FrontWatch сообщает, что вельтийские войска заняли две трети Морвина.", [f"{MORVIN} frontwatch unsettled"]),
    ("ru", "FrontWatch не может подтвердить взятие Морвина.", [f"{MORVIN} frontwatch unsettled"]),
]

NOTHING: list[Row] = [
    ("en", "Veltia wants to capture Morvin before winter, Norland says.", []),
    ("en", "If Morvin falls, Karsk will be next, FrontWatch warned.", []),
    ("en", "Could Veltia take Morvin by spring? Nobody knows.", []),
    ("en", "Veltian forces are advancing on Morvin, the Norlandic General Staff said.", []),
    ("en", "Norland neither confirmed nor denied the loss of Morvin.", []),
    ("en", "Norland declined to comment on the reported capture of Morvin.", []),
    ("en", "The battle of Morvin has cost thousands of lives, Norland says.", []),
    ("en", "Veltian guns have the road to Morvin under fire control, FrontWatch says.", []),
    ("fr", "La Veltie veut prendre Morvin avant l'hiver, selon FrontWatch.", []),
    ("fr", "Si Morvin tombe, Karsk suivra, prévient FrontWatch.", []),
    ("fr", "L'état-major norlandais n'a ni confirmé ni démenti la prise de Morvin.", []),
    ("fr", "L'armée veltienne avance vers Morvin, selon l'état-major norlandais.", []),
    ("uk", "Вельтія хоче захопити Морвін до зими, кажуть у Норландії.", []),
    ("uk", "Якщо Морвін впаде, наступним буде Карськ, попереджає FrontWatch.", []),
    ("uk", "У Генштабі Норландії не підтвердили і не спростували втрату Морвіна.", []),
    ("ru", "Вельтия намерена взять Морвин до зимы, считают в Норландии.", []),
    ("ru", "Если Морвин падёт, следующим станет Карск, пишет FrontWatch.", []),
    ("ru", "Генштаб Норландии не подтвердил и не опроверг потерю Морвина.", []),
    ("ru", "Норландия отбила атаки в районе Морвина, сообщил Генштаб Норландии.", []),
]

GENERAL: list[Row] = [
    (
        "en",
        "The River Agency concluded that the Orvex plant had polluted the Delma.",
        [f"{RIVER} river-agency affirms"],
    ),
    ("en", "Orvex denies that its plant contaminated the Delma.", [f"{RIVER} orvex denies"]),
    (
        "en",
        "It is too early to say whether the plant polluted the river, the River Agency said.",
        [f"{RIVER} river-agency unsettled"],
    ),
    ("en", '"There was no leak into the Delma," an Orvex spokeswoman said.', [f"{RIVER} orvex denies"]),
    (
        "en",
        "The Blue Union says the count in Tolmar was rigged; the Electoral Board rejects the accusation.",
        [f"{COUNT} blue-union affirms", f"{COUNT} electoral-board denies"],
    ),
    ("en", "The Electoral Board found no evidence of fraud in the vote.", [f"{COUNT} electoral-board unsettled"]),
    ("fr", "Orvex nie avoir pollué la Delma.", [f"{RIVER} orvex denies"]),
    ("fr", "Selon l'Agence du fleuve, la Delma a été contaminée par l'usine Orvex.", [f"{RIVER} river-agency affirms"]),
    ("fr", "L'Union bleue dénonce une fraude lors du dépouillement à Tolmar.", [f"{COUNT} blue-union affirms"]),
    ("fr", "La Commission électorale assure que le scrutin n'a pas été truqué.", [f"{COUNT} electoral-board denies"]),
    ("uk", "Річкове агентство дійшло висновку, що завод забруднив Дельму.", [f"{RIVER} river-agency affirms"]),
    ("uk", "В «Орвексі» заперечують забруднення річки.", [f"{RIVER} orvex denies"]),
    (
        "uk",
        "Виборча комісія заявила, що фальсифікацій під час підрахунку не було.",
        [f"{COUNT} electoral-board denies"],
    ),
    ("ru", "Речное агентство заявило, что завод загрязнил реку.", [f"{RIVER} river-agency affirms"]),
    ("ru", "В «Орвексе» утечку в реку отрицают.", [f"{RIVER} orvex denies"]),
    ("ru", "Синий союз утверждает, что подсчёт голосов сфальсифицирован.", [f"{COUNT} blue-union affirms"]),
]

WHO: list[Row] = [
    (
        "en",
        "Reuters reports that the Norlandic General Staff says Morvin has been lost.",
        [f"{MORVIN} norland affirms"],
    ),
    ("en", "A resident of Morvin said Veltian troops had taken the town.", []),
    ("en", "Morvin, taken by Veltia: the headline says it all.", []),
    ("en", "Tamsin Orlo visited the front on Friday. He said Morvin had been captured.", [f"{MORVIN} veltia affirms"]),
    (
        "en",
        "The Veltian Defence Ministry published a map. According to the ministry, Morvin is under its control.",
        [f"{MORVIN} veltia affirms"],
    ),
    ("fr", "Tamsin Orlo s'est rendu au front. Il a affirmé que Morvin avait été prise.", [f"{MORVIN} veltia affirms"]),
    ("uk", "Морвін повністю звільнено. Про це повідомило Міноборони Вельтії.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Морвин взят. Об этом сообщило Минобороны Вельтии.", [f"{MORVIN} veltia affirms"]),
    ("ru", "Житель Морвина рассказал, что город взят.", []),
]

NOW: list[Row] = [
    (
        "en",
        "Norland first denied the loss of Karsk, but now admits that its troops have left the town.",
        [f"{KARSK} norland affirms"],
    ),
    (
        "fr",
        "Le Norland, qui avait d'abord démenti la prise de Karsk, admet désormais que la ville est perdue.",
        [f"{KARSK} norland affirms"],
    ),
    (
        "uk",
        "Раніше в Норландії заперечували втрату Карська, тепер у Генштабі Норландії визнають: місто втрачено.",
        [f"{KARSK} norland affirms"],
    ),
    (
        "ru",
        "Раньше в Норландии отрицали потерю Карска, теперь Генштаб Норландии признаёт, что город потерян.",
        [f"{KARSK} norland affirms"],
    ),
]

# Whoever cannot or will not confirm a thing leaves it open, however it is put.
DOUBTED: list[Row] = [
    ("en", "FrontWatch said it could not verify that Veltia had captured Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "FrontWatch was unable to establish who controls Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "FrontWatch declined to confirm the capture of Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "FrontWatch declined to confirm or deny the capture of Morvin.", []),
    (
        "fr",
        "FrontWatch indique qu'il ne peut pas confirmer la prise complète de Morvin par l'armée veltienne.",
        [f"{MORVIN} frontwatch unsettled"],
    ),
    ("fr", "FrontWatch a dit ne pas pouvoir confirmer la prise de Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    (
        "fr",
        "FrontWatch refuse de confirmer que l'armée veltienne contrôle Morvin.",
        [f"{MORVIN} frontwatch unsettled"],
    ),
    ("uk", "FrontWatch не може підтвердити, що Морвін захоплено.", [f"{MORVIN} frontwatch unsettled"]),
    ("uk", "У FrontWatch не змогли перевірити повідомлення про взяття Морвіна.", [f"{MORVIN} frontwatch unsettled"]),
    ("ru", "FrontWatch не смог установить, что Морвин взят.", [f"{MORVIN} frontwatch unsettled"]),
    ("ru", "FrontWatch отказался подтвердить взятие Морвина.", [f"{MORVIN} frontwatch unsettled"]),
    (
        "ru",
        "Загрязнена ли река Дельма, установить пока нельзя, заявило Речное агентство.",
        [f"{RIVER} river-agency unsettled"],
    ),
]

# A keyword that names a person or firm may be met by the speaker's own name.
HIMSELF: list[Row] = [
    ("en", "Brandt wants to end the siege by peaceful means, she said on Friday.", [f"{PEACE} norland affirms"]),
    ("en", "Brandt said on Friday that she wants to end the siege.", [f"{PEACE} norland affirms"]),
    ("en", "Brandt said that she does not want to end the siege.", [f"{PEACE} norland denies"]),
    ("en", "Brandt said that Orlo wants to end the siege.", []),
    ("fr", "Ada Brandt a déclaré vouloir mettre fin au siège.", [f"{PEACE} norland affirms"]),
    ("fr", "Ada Brandt veut mettre fin au siège, a-t-elle déclaré vendredi.", [f"{PEACE} norland affirms"]),
    ("uk", "Брандт заявила, що хоче завершити облогу.", [f"{PEACE} norland affirms"]),
    (
        "ru",
        "Брандт хочет закончить осаду, заявила она в пятницу на встрече, но на условиях, которые назвала раньше.",
        [f"{PEACE} norland affirms"],
    ),
    (
        "ru",
        "Брандт заявила в пятницу на встрече с депутатами, что хочет закончить осаду.",
        [f"{PEACE} norland affirms"],
    ),
]

ALL = CLAIMED + DENIED + UNSETTLED + NOTHING + GENERAL + WHO + NOW + DOUBTED + HIMSELF


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:60]}" for row in ALL])
def test_a_plain_text_gives_its_rows(lang: str, words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    found = sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements)
    assert found == sorted(expected)
