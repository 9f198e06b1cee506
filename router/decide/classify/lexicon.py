"""Words that say what is asked for, by what they say; the counts of each group are features."""

from collections.abc import Mapping

from router.base.prepared import prepared

GROUPS: Mapping[str, str] = {
    "wh": """what who whom whose when where which how what's who's where's how's whats
        什么 谁 哪里 哪个 多少 怎么 如何 几个 何時 どこ だれ 何が なに どう どの
        무엇 뭐 누가 누구 언제 어디 어떻게 몇
        что кто где когда как какой какая какие сколько чем
        qué quién cuándo dónde cómo cuál cuáles cuánto cuántos qual quais quem quando onde como quanto
        quoi qui quand où comment quel quelle quels combien was wer wann wo wie welche welcher welches wieviel""",
    "why": """why cause causes caused reason reasons explain explains diagnose diagnosis investigate root understand
        为什么 为何 原因 解释 なぜ 理由 原因 왜 이유 почему зачем причина объясни объясните
        por porque explica explique explicar pourquoi expliquer explique expliquez warum wieso weshalb erkläre erklären""",
    "judge": """should better best worth compare comparison versus vs tradeoff tradeoffs trade pros cons evaluate assess assessment
        review audit critique analyze analyse analysis consider recommend recommendation decide thoughts opinion implications
        strategy strategies approach approaches prove proof derive determine calculate whether risk risks impact
        分析 比较 评估 评价 优缺 建议 审查 比較 評価 検討 분석 비교 평가 검토 проанализируй анализ сравни оцени сравнить
        analiza analizar compara comparar evalúa analise analisar avalie avaliar analyser analyse comparer évaluer
        analysiere analysieren vergleiche vergleichen bewerte""",
    "plan": """plan plans planning roadmap design architecture architect phases milestones propose proposal
        计划 规划 方案 设计 計画 設計 계획 설계 план архитектура планируй arquitectura plano planejar architektur""",
    "do_code": """fix implement refactor add remove rename update build debug move commit run convert install delete replace
        merge rebase push revert migrate deploy integrate change modify handle wire extract optimize port patch bump upgrade
        enable disable configure hook set setup init lint compile scaffold
        修复 实现 添加 删除 修改 重构 运行 提交 修正 実装 追加 削除 変更 実行 수정 구현 추가 삭제 변경 실행 커밋
        исправь добавь удали реализуй запусти сделай обнови añade agrega elimina corrige implementa arregla crea
        adicione remova corrija implemente crie faça ajoute supprime corrige implémente hinzufügen entferne behebe füge""",
    "code_thing": """function class method api endpoint endpoints component components test tests unit code script bug error exception
        repo branch pr file files folder directory database table column query schema migration server client frontend backend
        button page modal css html json yaml docker dockerfile typescript javascript python java rust go golang sql react vue
        node npm pip git regex bash shell module package import variable type types config env build pipeline ci cli hook
        代码 函数 接口 页面 数据库 组件 按钮 程序 コード 関数 画面 코드 함수 버튼 화면 페이지 код функция кнопка страница
        código función botón página função botão tela fonction bouton datei funktion""",
    "write": """write draft compose rewrite rephrase summarize summarise summary translate translation poem story essay email letter
        brainstorm lyrics caption outline readme pretend act imagine suggest article blog post paragraph speech headline title
        slogan tagline paraphrase proofread tone document documentation docs describe list ideas names script
        写 撰写 翻译 总结 改写 润色 文章 故事 作文 诗歌 邮件 扮演 書いて 翻訳 要約 作文 써줘 작성 번역 요약
        напиши переведи сочини составь перескажи эссе рассказ письмо стихотворение escribe traduce redacta resume cuento
        escreva traduza redija resuma écris rédige traduis résume schreibe schreib übersetze verfasse""",
    "fresh": """latest current currently recent recently today now tonight yesterday tomorrow week month year upcoming news
        trends trending price prices stock weather 2023 2024 2025 2026 2027 search find web online internet lookup browse sources
        cite citations papers literature survey studies published released announced release market
        最新 目前 最近 今天 新闻 搜索 查找 检索 文献 当前 最近の 今日 検索 調べて ニュース 최신 최근 오늘 검색 뉴스 찾아
        последние сегодня новости найди сейчас текущий últimas noticias hoy actual actualmente busca atual notícias hoje
        pesquise dernières actualités recherche aujourd'hui actuel neueste aktuelle aktuellen heute nachrichten suche""",
    "image": """image images picture photo photograph logo illustration icon poster sticker portrait drawing draw sketch
        painting render wallpaper watercolor artwork banner avatar cartoon pixel anime background lighting realistic style
        cinematic photorealistic 4k 8k infographic mascot
        图片 图像 照片 海报 插画 头像 画一 画个 背景 风格 画像 写真 イラスト 描いて 이미지 그림 그려줘 사진
        изображение картинку нарисуй фото imagen dibuja foto imagem desenhe image dessine bild zeichne""",
    "video": """video videos animation animate clip movie film footage camera shot timelapse pan zoom drone slow motion scene
        tracking reel trailer fps
        视频 动画 镜头 短片 動画 ビデオ 영상 비디오 видео анимация ролик vídeo animación vidéo""",
    "audio": """audio song music voice voiceover speech narrate narration podcast sound soundtrack melody beat bpm jingle vocal
        vocals instrumental lofi guitar piano drums ambient tempo aloud tts speak accent mp3 wav
        音乐 歌曲 语音 朗读 配音 音频 音楽 音声 曲 음악 노래 음성 музыка песня аудио голос озвучь canción música voz
        chanson musique voix lied musik stimme""",
    "follow": """yes yeah yep ok okay sure no nope continue proceed go ahead next again try same other another that this it
        these those do did done good great perfect thanks thank please now still also both all either first second third last
        one ones option instead back looks works working right correct wrong fine lgtm approved keep going more stop
        好的 继续 可以 是的 下一 不对 再来 好 対 はい 続けて 次の お願い 네 계속 좋아 다음 진행 그래 해줘
        да продолжай дальше хорошо давай нет ок sí continúa sigue adelante vale bien sim continue pode próximo certo
        oui continuez vas-y suivant d'accord non ja weiter mach genau nein danke nächste""",
    "assent": """yes yeah yep yup ok okay sure no nope nah continue proceed go ahead next again try keep going more stop good great
        perfect nice cool fine thanks thank please lgtm approved right correct wrong done looks works working agree agreed
        exactly wait sorry resume start begin finish undo revert redo retry implement apply fix
        好的 好 继续 可以 是的 对 不对 不 再来 下一步 はい 続けて 進めて 네 응 계속 좋아 진행 да нет давай продолжай хорошо дальше
        sí dale sigue seguí vale listo sim não pode segue pronto oui non ouais vas-y ja nein weiter mach doch""",
    "deictic": """this it these those that them they its there here ones same other others another both either neither rest above
        earlier before previous such 这 这样 这个 这里 那 那个 それ これ この その 이거 그거 그것 이렇게 그렇게 это этот эти так того
        eso esto esa ese así isso isto esse assim ça cela ceci das dies diese so""",
    "pick": """first second third last option options variant approach way choice 1 2 3 4 5 b c one two three all none any every
        part step phase item number latter former 一 二 三 全部 都 первый второй вариант оба все opción opção opçao primera segunda
        las ambos erste zweite beide alle première deuxième deux""",
    "big": """entire whole complete comprehensive full fullstack full-stack system platform application app architecture production
        scratch end-to-end multiple detailed thorough depth extensive microservices distributed scalable security secure
        authentication authorization migration rewrite all every dashboard report chapters book thesis multi tenant
        完整 系统 平台 全面 详细 论文 报告 架构 システム 全体 詳細 시스템 전체 상세 система полный подробный
        completo sistema completa detallado plataforma complet système détaillé vollständig komplett system""",
    "small": """just simple quick short brief briefly small tiny one single only typo minor line sentence word
        简单 一句 简短 只 簡単 短い 간단 простой короткий короче simple corto rápido breve simples curto court rapide kurz einfach""",
    "stop": """the a an of to in on at for from with by as and or but if then than so is are was were be been being am
        i you he she we they me my your our their his her them us there here can could would will shall may might must
        have has had does not don't i'm it's let's let get got make made up out into about over""",
}
"""Group -> its words, lower case, as `words` splits a text (two characters at a time where words are not split)."""

ORDER: tuple[str, ...] = tuple(GROUPS)

_ALSO_EMPTY = """
    what why how which where when who now then also just still really very much too did does did do is are was were has have had
    should could would will can your my me you we us i've you're they're we're can't won't don't didn't doesn't isn't ? !
"""


def _empty() -> frozenset[str]:
    leaning = (GROUPS[name] for name in ("stop", "follow", "assent", "deictic", "pick"))
    return frozenset(" ".join((_ALSO_EMPTY, *leaning)).split())


def _index() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for place, text in enumerate(GROUPS.values()):
        for word in dict.fromkeys(text.split()):
            found[word] = (*found.get(word, ()), place)
    return found


EMPTY: frozenset[str]
"""Words that name no thing: a turn of only these leans on what was said before it."""
GROUPS_OF: Mapping[str, tuple[int, ...]]
"""Word -> the places in ORDER of the groups it belongs to."""
EMPTY, GROUPS_OF = prepared(__name__, lambda: (_empty(), _index()))
