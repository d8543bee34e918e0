# ruff: noqa: E501 - running text is kept in its paragraphs
"""Short articles of the second set of worlds, with the rows a careful editor makes of them."""

ARTICLES: list[tuple[str, str, str, list[str]]] = [
    (
        "en",
        "Velun: Sardovia hoists its flag, Ilmaria shrugs",
        """Sardovian troops are in full control of Velun, the Defence Ministry in the Sardovian capital announced on Saturday, posting a clip of a flag on the water tower.

Petra Vos, who commands Ilmaria's eastern grouping, laughed off the footage. "A drone can carry a flag. My men had breakfast in the town hall this morning," she told radio listeners.

According to LineMap, no side can be said to hold Velun at present. The group, run by volunteers, shades two-thirds of the town as disputed.

Ostra, twenty kilometres to the south, fell to Sardovia in spring, and nobody disputes that now, LineMap notes.""",
        ["velun sardovia affirms", "velun ilmaria denies", "velun linemap unsettled", "ostra linemap affirms"],
    ),
    (
        "en",
        "Regulator clears jab over Lindale deaths",
        """Nine elderly people died in Lindale within two weeks of being vaccinated. The Medicines Agency said on Tuesday that it had found nothing to link Vaxora to any of the deaths.

"All nine had serious underlying conditions," its chief scientist, Clara Nyberg, explained.

Patients First is having none of it. The campaign group insists the vaccine killed at least four of them and wants the batch records opened.

Halden Pharma, which makes the jab, welcomed the findings. Shares in the company rose four per cent.""",
        ["vaxora medreg denies", "vaxora patients affirms"],
    ),
    (
        "fr",
        "Grève des dockers : Mavra à l'arrêt ?",
        """Le port de Mavra est totalement paralysé depuis minuit, à en croire le syndicat des dockers, qui revendique 95 % de grévistes.

Otto Lenk, son secrétaire général, promet de tenir « jusqu'à Noël s'il le faut ».

L'Autorité portuaire livre un tout autre récit. Deux terminaux sur trois fonctionnent normalement, fait-elle valoir, et à aucun moment le port n'a été fermé.

Le gouvernement appelle les parties au dialogue.""",
        ["strike dockers affirms", "strike port denies"],
    ),
    (
        "fr",
        "Marcus Rell devant ses juges",
        """« Je n'ai jamais touché le moindre pot-de-vin. » D'une voix blanche, Marcus Rell s'est défendu mardi devant la Cour suprême.

Le parquet, lui, n'en démord pas : le sénateur aurait perçu des pots-de-vin pour un total de deux millions, versés par trois entreprises du bâtiment.

La Cour rendra son arrêt en mars.""",
        ["bribes rell denies", "bribes prosecutor affirms"],
    ),
    (
        "uk",
        "Корвін: обидва штаби святкують",
        """Іва Тарн перемогла у другому турі виборів мера Корвіна, оголосили в її штабі ще до опівночі.

«Громадський фронт» результатів не визнає. «Перемоги Тарн не було, були вкинуті бюлетені», — сказав журналістам Борис Гейл.

У Виборчій комісії закликають зачекати: опрацьовано лише 60 відсотків протоколів, і називати переможця зарано.""",
        ["tarn-won civic denies", "tarn-won commission unsettled"],
    ),
    (
        "uk",
        "Сардовія звітує про Велунь",
        """🔴 Міноборони Сардовії: «Велунь наша. Зачистку завершено».

Генштаб Ільмарії: «Брехня. Наші підрозділи тримають центр і вокзал».

LineMap за добу змін на мапі не фіксує, місто й далі позначене як спірне.

Тим часом Остра вже третій тиждень без світла.""",
        ["velun sardovia affirms", "velun ilmaria denies", "velun linemap unsettled"],
    ),
    (
        "ru",
        "Порт Мавры: бастуют все или почти все",
        """Забастовка остановила порт Мавры, утверждает Отто Ленк, председатель профсоюза докеров. По его словам, у причалов скопилось сорок судов.

В Администрации порта эти слова назвали преувеличением: терминалы открыты, погрузка идёт, опаздывают лишь паромы.

Министр транспорта вылетел в Мавру.""",
        ["strike dockers affirms", "strike port denies"],
    ),
    (
        "ru",
        "Ильмария признаёт отход",
        """Подразделения ильмарской армии оставили Велунь, чтобы сохранить жизни солдат, сообщил в воскресенье вечером Генштаб Ильмарии.

Ещё в пятницу Петра Вос уверяла, что город под надёжной защитой и сдавать его никто не собирается.

В Сардовии о взятии Велуни объявили неделю назад.

Что касается Остры, там, по данным LineMap, продолжаются уличные бои.""",
        ["velun ilmaria affirms", "velun sardovia affirms", "ostra linemap unsettled"],
    ),
]
