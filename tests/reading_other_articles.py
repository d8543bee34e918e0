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
        ["tarn-won green affirms", "tarn-won civic denies", "tarn-won commission unsettled"],
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
    (
        "fr",
        "Revue de presse : l'affaire du Vaxora",
        """« Le Vaxora n'a tué personne », titre Le Quotidien de Lindale, qui reprend les mots de Clara Nyberg, la directrice de l'Agence du médicament.

La Tribune donne la parole aux familles. Patients d'abord y accuse le vaccin d'avoir provoqué au moins quatre décès.

Quant à Halden, son porte-parole assure au Courrier que le lien entre le vaccin et les morts « relève du fantasme ».""",
        ["vaxora medreg denies", "vaxora patients affirms", "vaxora halden denies"],
    ),
    (
        "ru",
        "«Вакцина тут ни при чём»",
        """Девять пожилых жителей Линдейла скончались в январе, и молва тут же связала их смерть с прививкой.

В Агентстве по лекарствам такую связь отрицают. «Ваксора не вызвала ни одной из этих смертей», — заявила во вторник его глава Клара Нюберг.

Объединение «Пациенты прежде всего» не убеждено: оно считает доказанным, что вакцина убила по меньшей мере четверых.

В «Халден Фарма» от комментариев отказались.""",
        ["vaxora medreg denies", "vaxora patients affirms"],
    ),
    (
        "ru",
        "⚡️Сводка на утро",
        """▪️ Велунь. Ильмарская армия отошла на левый берег, город под контролем наших войск, сообщает Минобороны Сардовии. Генштаб Ильмарии это не подтверждает и не опровергает.

▪️ Остра. Противник утверждает, что вернул себе вокзал. Дроз: «Враньё, Остра была и остаётся сардовийской».

▪️ По данным LineMap, Велунь перешла под контроль Сардовии ещё в понедельник.""",
        ["velun sardovia affirms", "ostra sardovia affirms", "velun linemap affirms"],
    ),
    (
        "en",
        "Mavra dockers walk out",
        """Cargo handling at Mavra came to a standstill at dawn on Monday, union leader Otto Lenk said, after 4,000 dockers walked off the job.

The Port Authority painted a different picture. Its director of operations told a local broadcaster that the port remained open and that only one of six terminals had been affected.

Truck drivers queuing at the gate reported delays of up to nine hours.""",
        ["strike dockers affirms", "strike port denies"],
    ),
    (
        "en",
        "Analysis: What the Rell verdict means",
        """The Supreme Court's ruling on Friday was unambiguous: Marcus Rell accepted bribes from three building firms while chairing the Senate's planning committee.

Prosecutors had asked for eight years; the senator got five. Rell, who has always maintained that he never took a bribe, vowed to appeal.

For the governing coalition the timing could hardly be worse.""",
        ["bribes court affirms", "bribes rell denies"],
    ),
    (
        "fr",
        "Corvin : Tarn crie victoire, la Commission temporise",
        """« Nous avons gagné », a proclamé Iva Tarn dimanche soir devant ses partisans réunis sur la place du marché de Corvin.

La victoire de la candidate de la Liste verte est contestée par le Front civique, qui dénonce des irrégularités dans onze bureaux.

La Commission électorale a indiqué ne pas être en mesure de désigner un vainqueur avant la fin du recomptage.""",
        ["tarn-won green affirms", "tarn-won civic denies", "tarn-won commission unsettled"],
    ),
    (
        "fr",
        "Veloune serait tombée",
        """L'armée sardovienne serait désormais maîtresse de Veloune. C'est du moins ce qu'affirme Ilian Droz, le ministre de la Défense, dans un message vidéo diffusé lundi matin.

Côté ilmarien, on dément catégoriquement : la ligne de défense tient et l'ennemi a été stoppé à l'entrée de la ville, indique l'état-major.

Les analystes de LineMap notent que les deux camps se disputent encore le centre de Veloune.""",
        ["velun sardovia affirms", "velun ilmaria denies", "velun linemap unsettled"],
    ),
    (
        "uk",
        "Ваксора і смерті в Ліндейлі: що відомо",
        """Агентство з ліків не знайшло зв'язку між Ваксорою та смертями дев'ятьох пенсіонерів. Про це повідомила на брифінгу Клара Нюберг.

Натомість у «Пацієнтах передусім» наполягають: щонайменше чотири людини померли саме через вакцину.

Компанія «Халден Фарма» запевняє, що препарат безпечний і нікого не вбив.

Родичі загиблих планують звернутися до суду.""",
        ["vaxora medreg denies", "vaxora patients affirms", "vaxora halden denies"],
    ),
    (
        "uk",
        "Порт Мавра: страйк чи саботаж",
        """Отто Ленк, голова профспілки докерів, заявив, що порт зупинено повністю й не працюватиме, доки не підвищать платню.

Адміністрація порту каже інше: жоден термінал не закрито, а страйкують «кількадесят активістів».

Чи справді порт паралізовано, перевірити складно: журналістів на територію не пускають.""",
        ["strike dockers affirms", "strike port denies"],
    ),
    (
        "ru",
        "Остра: неделя третья",
        """Сардовийская армия по-прежнему не контролирует Остру, констатирует LineMap в обзоре за неделю. Её подразделения закрепились на восточной окраине, но дальше не продвинулись.

В Генштабе Ильмарии подтверждают: город держится.

В Минобороны Сардовии, напротив, ещё 3 марта отчитались об освобождении Остры и с тех пор от своих слов не отказывались.

О Велуни стороны на этой неделе не сообщали.""",
        ["ostra linemap denies", "ostra ilmaria denies", "ostra sardovia affirms"],
    ),
    (
        "en",
        "Ilmarian commander: Ostra stands",
        """Asked by reporters on Wednesday whether Ostra had been lost, General Petra Vos was curt. "No," she said. "Next question."

Her Sardovian counterpart Ilian Droz had told parliament hours earlier that Ostra was now "a Sardovian town, once and for all".

LineMap, a volunteer mapping project, put the share of Ostra in Sardovian hands at 60 per cent.

Analysts expect Sardovia to turn on Velun once Ostra is secured.""",
        ["ostra ilmaria denies", "ostra sardovia affirms", "ostra linemap unsettled"],
    ),
    (
        "fr",
        "Procès Rell : le sénateur craque",
        """Coup de théâtre mercredi : après trois mois de dénégations, Marcus Rell a fini par avouer avoir accepté des pots-de-vin.

« J'ai pris cet argent, je le regrette », a-t-il lâché à la barre.

Le parquet, qui soutenait depuis le début que le sénateur avait touché des pots-de-vin, a salué « un moment de vérité ».""",
        ["bribes rell affirms", "bribes prosecutor affirms"],
    ),
    (
        "uk",
        "Генштаб: Велунь утримуємо",
        """«Ворожі канали поширюють фейк про взяття Велуні. Це неправда. Місто під нашим контролем», — ідеться у вечірньому зведенні Генштабу Ільмарії.

Сардовія стверджує, що її штурмові групи вийшли на площу Ринок і Велунь фактично взята.

LineMap обережніший: проєкт позначив сірим усе на схід від залізниці, решта — за Ільмарією.""",
        ["velun ilmaria denies", "velun sardovia affirms", "velun linemap unsettled"],
    ),
    (
        "uk",
        "Вибори в Корвіні: крапка",
        """ЦВК офіційно визнала: у Корвіні перемогла Іва Тарн. Розрив — 412 голосів.

«Громадський фронт» подав позов. «Тарн не виграла — їй намалювали перемогу», — заявила юристка партії Лада Керн.

Верховний суд ухвалить рішення до п'ятниці. Якщо позов задовольнять, призначать нове голосування.""",
        ["tarn-won commission affirms", "tarn-won civic denies"],
    ),
    (
        "ru",
        "Дроз — о ходе операции",
        """Дрозу доложили о взятии Велуни, сообщила его пресс-служба. По словам командующего группировкой, «город полностью зачищен».

Ильмария потерю Велуни опровергла: бригады удерживают город и даже контратакуют, отметила Петра Вос.

LineMap пока не берётся судить, чей сейчас город.""",
        ["velun sardovia affirms", "velun ilmaria denies", "velun linemap unsettled"],
    ),
    (
        "ru",
        "Стачка докеров в вопросах и ответах",
        """— Порт действительно стоит?
— Да, порт парализован полностью, — говорит Отто Ленк.

— А что отвечает начальство?
— В Администрации порта уверяют, что ни один терминал не остановлен, а бастует от силы десятая часть смены.

— Чем всё кончится?
— Этого не знает никто.""",
        ["strike dockers affirms", "strike port denies"],
    ),
    (
        "en",
        "Both sides claim Velun as winter sets in",
        """Sardovia and Ilmaria issued conflicting accounts of the situation in Velun on Friday.

In its evening update the Ilmarian General Staff reported 14 repelled attacks and said its soldiers continued to control the town. Sardovia's Ministry of Defence, by contrast, reported that Velun had been "fully cleared" and thanked the 4th brigade.

"We cannot at this stage corroborate either account," LineMap wrote in its daily digest.

A resident who gave her name as Mira said she had seen soldiers of both armies that morning.""",
        ["velun sardovia affirms", "velun ilmaria denies", "velun linemap unsettled"],
    ),
    (
        "fr",
        "Vaxora : l'Agence se dédit",
        """L'Agence du médicament, qui écartait jusqu'ici tout lien, reconnaît désormais que le Vaxora est à l'origine d'au moins un décès.

Le laboratoire Halden Pharma conteste cette conclusion : aucune mort n'est imputable à son vaccin, martèle-t-il.

Pour l'association Patients d'abord, « la vérité éclate enfin » : le vaccin tue, et on le savait.""",
        ["vaxora medreg affirms", "vaxora halden denies", "vaxora patients affirms"],
    ),
    (
        "uk",
        "Велунь: три версії",
        """За твердженням Міноборони Сардовії, Велунь узято ще в неділю.

У Генштабі Ільмарії цю інформацію спростували, назвавши її черговою дезінформацією, і додали, що оборонці стоять на своїх позиціях.

Аналітики LineMap пишуть, що підтвердити чи спростувати захоплення Велуні наразі неможливо.

Нагадаємо, у 2019 році місто вже переходило з рук у руки.""",
        ["velun sardovia affirms", "velun ilmaria denies", "velun linemap unsettled"],
    ),
]
