# ruff: noqa: E501 - running text is kept in its paragraphs
"""Short articles of invented worlds with the rows a careful editor makes of them: several voices, anaphora, decoys."""

MORVIN, KARSK = "veltia-controls-morvin", "veltia-controls-karsk"
RIVER, COUNT = "orvex-poisoned-river", "count-was-rigged"

ARTICLES: list[tuple[str, str, str, list[str]]] = [
    (
        "en",
        "Morvin changes hands, or does it?",
        """The Veltian army planted its flag on the Morvin grain silo on Tuesday and declared the town "cleansed of the enemy".

Within the hour the Norlandic General Staff put out a video of its own: soldiers eating apples outside the town hall. "Nobody has surrendered Morvin," Brandt wrote under it.

FrontWatch, whose maps are used by both sides, would not commit itself. Its analysts said the situation in the eastern districts was unclear and that shooting could be heard across the river.

Residents reached by phone said they had not left their cellars for a week.""",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "en",
        "Karsk: a retreat in all but name",
        """Ada Brandt chose her words. "We have redeployed to more favourable positions west of Karsk," the Norlandic commander said on Sunday, conceding that no Norlandic troops remain in the town.

Three weeks ago she had called Veltian claims to have seized Karsk "a fairy tale".

Veltia did not gloat. Its Defence Ministry merely repeated that Karsk had been under its full control since the 4th.

Whether Morvin can now be held is another matter. It may go the same way by the autumn, one officer fears.""",
        [f"{KARSK} norland affirms", f"{KARSK} veltia affirms"],
    ),
    (
        "en",
        "Dead fish, live dispute",
        """Thousands of dead perch have washed up along the Delma since Friday.

The River Agency has no doubt about the cause. Its laboratory found solvent in every sample, and its director said on Wednesday that the pollution of the river came from the Orvex outfall.

Orvex calls that conclusion baseless. "Our plant has never contaminated the Delma," the company said in a statement, blaming a farm upstream.

The Blue Union demanded an inquiry. If the leak is proven, it wants the plant closed.""",
        [f"{RIVER} river-agency affirms", f"{RIVER} orvex denies"],
    ),
    (
        "en",
        "Tolmar recount ends",
        """The recount in Tolmar moved eleven votes. The Electoral Board said this proved that the election had not been manipulated.

The Blue Union was unimpressed: the vote, its leader told supporters, was rigged "from the printing press to the tally sheet".

Foreign observers have yet to publish their report.""",
        [f"{COUNT} electoral-board denies", f"{COUNT} blue-union affirms"],
    ),
    (
        "fr",
        "À Morvin, deux drapeaux",
        """Mardi, l'armée veltienne a diffusé des images de son drapeau hissé sur le silo de Morvin et proclamé la ville « entièrement libérée ».

« C'est un mensonge », a réagi l'état-major norlandais, selon lequel ses unités tiennent toujours les deux ponts et le centre.

Prudents, les analystes de FrontWatch estiment qu'il est trop tôt pour dire à qui appartient Morvin.

Joints par téléphone, des habitants racontent n'avoir pas quitté leur cave depuis une semaine. Tous redoutent que la ville ne tombe.""",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "fr",
        "Karsk perdue",
        """Le Norland a fini par l'admettre : Karsk est perdue. Dans un communiqué publié dimanche, son état-major évoque un « repli sur des positions plus favorables ».

Il y a trois semaines encore, Ada Brandt qualifiait de fable l'annonce par la Veltie de la prise de la ville.

Reste à savoir si Morvin pourra tenir. Les combats y sont incessants, constate FrontWatch, pour qui aucun des deux camps ne contrôle la ville.""",
        [f"{KARSK} norland affirms", f"{KARSK} veltia affirms", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "fr",
        "La Delma empoisonnée",
        """Des milliers de perches mortes flottent depuis vendredi sur la Delma. Pour l'Agence du fleuve, aucun doute n'est permis : la pollution de la rivière provient de l'usine Orvex.

L'entreprise récuse ces accusations. « Notre site n'a jamais contaminé la Delma », martèle sa porte-parole.

Le maire, lui, attend les résultats d'une contre-expertise.""",
        [f"{RIVER} river-agency affirms", f"{RIVER} orvex denies"],
    ),
    (
        "fr",
        "Tolmar : le recomptage",
        """Onze voix ont changé de camp à Tolmar. La Commission électorale y voit la preuve que le scrutin n'a été entaché d'aucune fraude.

L'Union bleue persiste. Le dépouillement a été truqué « de l'imprimerie au procès-verbal », assure son chef.""",
        [f"{COUNT} electoral-board denies", f"{COUNT} blue-union affirms"],
    ),
    (
        "uk",
        "Морвін: хто в місті?",
        """У вівторок вельтійські війська підняли прапор над елеватором Морвіна. Міноборони Вельтії відзвітувало про повне звільнення міста.

Генштаб Норландії назвав це вигадкою. Місто обороняється, ворога відкинуто за річку, наголосила генерал Брандт.

Аналітики FrontWatch обережні: на їхню думку, стверджувати щось певне зарано, у східних кварталах Морвіна стріляють.

Місцеві, з якими вдалося зв'язатися, тиждень не виходять із підвалів.""",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "uk",
        "Карськ залишено",
        """Норландія визнала, що Карська більше не контролює. «Підрозділи відведено на вигідніші рубежі», — повідомила Брандт.

Ще три тижні тому вона називала заяви Вельтії про взяття Карська казкою.

Чи вистоїть Морвін, невідомо. Вельтія прагне захопити його до осені, пише FrontWatch.""",
        [f"{KARSK} norland affirms", f"{KARSK} veltia affirms"],
    ),
    (
        "uk",
        "Мертва риба в Дельмі",
        """Річкове агентство певне: річку забруднив завод «Орвекс». У всіх пробах знайшли розчинник, пояснила директорка агентства.

В «Орвексі» відкидають звинувачення. Компанія запевняє, що жодного витоку в Дельму не було.""",
        [f"{RIVER} river-agency affirms", f"{RIVER} orvex denies"],
    ),
    (
        "uk",
        "Перерахунок у Толмарі",
        """Одинадцять голосів змінили власника. Виборча комісія наполягає: підрахунок ніхто не підтасовував.

Синій союз стоїть на своєму і твердить, що голосування сфальсифіковано.""",
        [f"{COUNT} electoral-board denies", f"{COUNT} blue-union affirms"],
    ),
    (
        "ru",
        "Морвин: чей город?",
        """Во вторник вельтийские войска подняли флаг над элеватором Морвина. Минобороны Вельтии отчиталось о полном освобождении города.

В Генштабе Норландии назвали это ложью: по словам Брандт, город обороняется, а противник отброшен за реку.

Аналитики FrontWatch осторожны. Утверждать что-либо определённое рано, пишут они: в восточных кварталах Морвина идёт стрельба.

Местные жители неделю не выходят из подвалов.""",
        [f"{MORVIN} veltia affirms", f"{MORVIN} norland denies", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "ru",
        "Карск оставлен",
        """Норландия признала, что больше не контролирует Карск. «Подразделения отведены на более выгодные рубежи», — сообщила Брандт.

Ещё три недели назад она называла заявления Вельтии о взятии Карска сказкой.

Выстоит ли Морвин, неизвестно. Вельтия стремится захватить его до осени, пишет FrontWatch.""",
        [f"{KARSK} norland affirms", f"{KARSK} veltia affirms"],
    ),
    (
        "ru",
        "Мёртвая рыба в Дельме",
        """Речное агентство уверено: реку загрязнил завод «Орвекс». Во всех пробах нашли растворитель, пояснила директор агентства.

В «Орвексе» обвинения отвергают. Компания уверяет, что никакой утечки в Дельму не было.""",
        [f"{RIVER} river-agency affirms", f"{RIVER} orvex denies"],
    ),
    (
        "ru",
        "Пересчёт в Толмаре",
        """Одиннадцать голосов поменяли хозяина. Избирательная комиссия настаивает: подсчёт никто не подтасовывал.

Синий союз стоит на своём и твердит, что голосование сфальсифицировано.""",
        [f"{COUNT} electoral-board denies", f"{COUNT} blue-union affirms"],
    ),
    (
        "en",
        "Live: siege of Morvin",
        """18:20 Norland's General Staff has just denied losing Morvin. "Our brigade is in the town and will stay there," a spokesman tells national radio.

16:05 Veltian state television shows soldiers hoisting a flag. The Veltian army calls Morvin liberated.

15:40 A kindergarten in Karsk has been hit by a shell, the mayor says.

12:10 FrontWatch has redrawn its map: the southern half of Morvin is now marked as Veltian-held, the rest as contested.""",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "en",
        "Fact check: did Orvex poison the Delma?",
        """Claim: the Orvex plant has contaminated the Delma river.

Who said it: the River Agency, in a report on 3 March.

What we found: our reporters took samples at nine points and had them tested by two laboratories. Solvent was found downstream of the plant and nowhere else. In our view the claim is true: Orvex polluted the river.

Orvex told us it rejected the finding "in the strongest terms".""",
        [f"{RIVER} river-agency affirms", f"{RIVER} outlet affirms", f"{RIVER} orvex denies"],
    ),
    (
        "en",
        "Statement of the Norlandic General Staff",
        """Reports by Veltian media that Karsk has fallen are false. Our units hold the town and the crossings.

In Morvin street fighting goes on.

The enemy lost 40 men yesterday.""",
        [f"{KARSK} norland denies", f"{MORVIN} norland unsettled"],
    ),
    (
        "en",
        "Correction",
        """An earlier version of this article said that Veltia had captured Karsk. That was wrong: our correspondent visited on Thursday and found the town in Norlandic hands. We regret the error.""",
        [f"{KARSK} outlet denies"],
    ),
    (
        "fr",
        "Scrutin de Tolmar : notre enquête",
        """Nous avons recompté, un à un, les bulletins des douze bureaux. Verdict : le dépouillement n'a pas été truqué.

L'Union bleue maintient pourtant ses accusations de fraude. Sa présidente parle d'un scrutin « volé ».

Quant à la Commission électorale, elle se refuse à tout commentaire.""",
        [f"{COUNT} outlet denies", f"{COUNT} blue-union affirms"],
    ),
    (
        "fr",
        "Karsk, la reprise",
        """Occupée au printemps par les troupes veltiennes, Karsk est de nouveau norlandaise, s'est félicitée mardi Ada Brandt. La Veltie a reconnu à demi-mot le revers : ses unités, dit-elle, « ont été regroupées » hors de la ville.

FrontWatch confirme : il ne reste plus un soldat veltien dans Karsk.""",
        [f"{KARSK} norland denies", f"{KARSK} veltia denies", f"{KARSK} frontwatch denies"],
    ),
    (
        "uk",
        "Річка і завод",
        """Наша редакція замовила аналіз у двох лабораторіях. Сумнівів немає: завод «Орвекс» забруднив Дельму.

Компанія це заперечує. Її речник запевнив, що витоку не було.

У Річковому агентстві кажуть, що говорити про забруднення річки поки рано: проби ще досліджують.""",
        [f"{RIVER} outlet affirms", f"{RIVER} orvex denies", f"{RIVER} river-agency unsettled"],
    ),
    (
        "ru",
        "Сводка Генштаба Норландии",
        """Заявления противника о захвате Карска не соответствуют действительности. Город удерживается нашими частями.

В Морвине идут уличные бои, до половины города находится под контролем противника.""",
        [f"{KARSK} norland denies", f"{MORVIN} norland unsettled"],
    ),
    (
        "ru",
        "Толмар: кому верить",
        """Синий союз с первого дня твердит о фальсификации на выборах. «Голоса украли, подсчёт — фарс», — сказала его лидер.

Председатель Избирательной комиссии в ответ лишь развела руками: никаких подтасовок при подсчёте голосов не было, заверила она.""",
        [f"{COUNT} blue-union affirms", f"{COUNT} electoral-board denies"],
    ),
    (
        "ru",
        "Карск сдан",
        """Норландские войска оставили Карск. Об этом во вторник заявила генерал Брандт, добавив, что решение было тяжёлым.

Накануне вельтийское Минобороны отчиталось о взятии города.

В Морвине, по словам Брандт, положение сложное, но город держится.""",
        [f"{KARSK} norland affirms", f"{KARSK} veltia affirms", f"{MORVIN} norland denies"],
    ),
    (
        "en",
        "River inquiry hears from both sides",
        """An engineer for Orvex testified on Monday that not one litre of solvent had leaked into the Delma.

The River Agency's counsel called that testimony misleading. The agency maintains that the firm has been polluting the river for years.

The inquiry will deliver its findings in May. Whether it will blame anyone is unclear.""",
        [f"{RIVER} orvex denies", f"{RIVER} river-agency affirms"],
    ),
    (
        "en",
        "What Orlo said",
        """Asked whether Morvin was in Veltian hands, Tamsin Orlo replied: "Of course it is." Asked about Karsk, she said she had no information.""",
        [f"{MORVIN} veltia affirms"],
    ),
    (
        "fr",
        "Pollution de la Delma : l'audience",
        """Un ingénieur d'Orvex a assuré lundi que pas un litre de solvant n'avait fui dans la Delma.

L'avocate de l'Agence du fleuve a jugé ce témoignage trompeur. L'agence maintient que l'entreprise pollue la rivière depuis des années.

Verdict attendu en mai.""",
        [f"{RIVER} orvex denies", f"{RIVER} river-agency affirms"],
    ),
    (
        "uk",
        "Тиждень на мапі",
        """Вельтійські генерали в неділю доповіли президентці, що Морвін узято «до останнього підвалу».

Нічого подібного, відповів речник армії Норландії: гарнізон відбив дев'ять штурмів, місто залишається норландським.

Картографи FrontWatch утримуються від висновків: ситуація в Морвіні, кажуть вони, надто мінлива.

Щодо Карська сумнівів у Норландії вже не мають. «Карськ від березня під Вельтією», — визнала Брандт.""",
        [
            f"{MORVIN} veltia affirms",
            f"{MORVIN} norland denies",
            f"{MORVIN} frontwatch unsettled",
            f"{KARSK} norland affirms",
        ],
    ),
    (
        "uk",
        "Слухання про Дельму",
        """Інженер «Орвекса» запевнив у понеділок, що жодного літра розчинника в Дельму не витекло, тож забруднення річки — вигадка.

Річкове агентство стоїть на своєму: підприємство роками забруднює річку.""",
        [f"{RIVER} orvex denies", f"{RIVER} river-agency affirms"],
    ),
    (
        "uk",
        "Колонка",
        """Ми бачили три вибори в Толмарі. Ці були сфальсифіковані, і ми це стверджуємо, бо самі перерахували бюлетені.

У Виборчій комісії фальсифікації заперечують.""",
        [f"{COUNT} outlet affirms", f"{COUNT} electoral-board denies"],
    ),
    (
        "ru",
        "Неделя на карте",
        """Вельтийские генералы в воскресенье доложили президенту, что Морвин взят «до последнего подвала».

Ничего подобного, ответил представитель армии Норландии: гарнизон отбил девять штурмов, город остаётся норландским.

Картографы FrontWatch от выводов воздерживаются: ситуация в Морвине, говорят они, слишком изменчива.

О Карске в Норландии уже не спорят. «Карск с марта под Вельтией», — признала Брандт.""",
        [
            f"{MORVIN} veltia affirms",
            f"{MORVIN} norland denies",
            f"{MORVIN} frontwatch unsettled",
            f"{KARSK} norland affirms",
        ],
    ),
    (
        "ru",
        "Слушания о Дельме",
        """Инженер «Орвекса» заверил в понедельник, что ни литра растворителя в Дельму не вытекло, а загрязнение реки назвал выдумкой.

Речное агентство стоит на своём: предприятие годами загрязняет реку.""",
        [f"{RIVER} orvex denies", f"{RIVER} river-agency affirms"],
    ),
    (
        "uk",
        "Агентство змінило думку",
        """Річкове агентство, яке ще місяць тому виключало зв'язок між «Орвексом» і загиблою рибою, тепер визнає: саме завод забруднив річку.

Менеджер «Орвекса» назвав новий висновок безпідставним. «Витоку немає й не було», — заявив він.""",
        [f"{RIVER} river-agency affirms", f"{RIVER} orvex denies"],
    ),
    (
        "ru",
        "Норландия отвечает",
        """Главнокомандующий Норландии в четверг отверг предположения о потере Морвина. «Каждый квартал остаётся в наших руках», — сказал он депутатам.

Накануне Минобороны Вельтии похвасталось взятием города. Во FrontWatch отмечают, что независимо проверить ни одну из версий невозможно.""",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms", f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "ru",
        "Агентство передумало",
        """Речное агентство, которое ещё месяц назад исключало связь между «Орвексом» и гибелью рыбы, теперь признаёт: реку загрязнил именно завод.

Менеджер «Орвекса» назвал новый вывод безосновательным. «Утечки нет и не было», — заявил он.""",
        [f"{RIVER} river-agency affirms", f"{RIVER} orvex denies"],
    ),
]
