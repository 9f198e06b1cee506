"""Words of requests in other languages by their English word, so that what is learned from English carries over."""

from collections.abc import Mapping

from router.base.prepared import prepared

_WORDS = """
write|写 撰写 编写 書 作文 作成 써 작성 쓰 напиш напис сочин состав escribe escribir escríbeme escreva escrever écris écrire écrivez rédige rédiger rédigez schreibe schreib schreiben verfasse scrivi scrivere napisz schrijf yaz viết اكتب लिखें
translate|翻译 譯 翻訳 訳 번역 перевед перевод traduce traducir traduza traduzir traduis traduire traduisez übersetze übersetzen traduci tradurre przetłumacz vertaal çevir dịch ترجم
summarize|总结 概括 摘要 要約 まとめ 요약 резюмир перескаж кратко resume resumir resuma resumen résume résumer résumez zusammenfassen zusammenfassung riassumi riassumere podsumuj samenvat özetle لخص
rewrite|改写 重写 润色 書き直 다듬 다시쓰 перепиш reescribe reescribir reescreva reescrever réécris reformule reformuler umschreiben riscrivi przepisz
story|故事 小说 物語 小説 이야기 소설 рассказ сказк историю cuento historia história histoire conte geschichte storia racconto opowiadanie verhaal hikaye
poem|诗 诗歌 詩 俳句 시를 стих поэм poema poesía poesia poème gedicht wiersz şiir
essay|作文 论文 文章 エッセイ 에세이 эссе сочинение ensayo redacción redação dissertation aufsatz saggio tema
article|文案 博客 記事 ブログ 기사 블로그 стать artículo artigo articulo blogartikel articolo artykuł
email|邮件 信件 メール 手紙 이메일 메일 편지 письм correo correio carta courriel lettre brief lettera
letter|письмо
speech|演讲 スピーチ 연설 речь discurso discours rede discorso
title|标题 题目 タイトル 제목 заголов título titre titel titolo
list|列出 列举 リスト 挙げ 목록 나열 перечисл список enumera liste listez elenca
ideas|点子 创意 想法 アイデア 아이디어 идеи идей ideen idee
suggest|推荐 建议 おすすめ 提案 추천 제안 посовет предлож recomienda sugiere sugira recomende propose suggère vorschlagen empfehle consiglia suggerisci
explain|解释 讲解 说明 説明 解説 설명 объясн расскаж поясн explica explicar explícame explique expliquer explique-moi expliquez erkläre erklären spiega spiegami wyjaśnij uitleggen açıkla اشرح
what|什么 啥 何 무엇 뭐 что чем qué quoi qu'est-ce was cosa co wat nedir ما
what is|是什么 とは 뭔가
who|谁 誰 누구 кто quién quem wer chi kto wie
where|哪里 哪儿 どこ 어디 где куда dónde onde où wo dove gdzie
when|什么时 何时 いつ 언제 когда cuándo quando quand wann kiedy
which|哪个 哪些 哪种 どの どれ 어느 어떤 какой какая какие каков cuál cuáles qual quais quel quelle quels quelles welche welcher welches quale
how|怎么 如何 怎样 どう 方法 어떻게 как cómo como comment wie come jak nasıl كيف
many|多少 几个 いくつ 몇 сколько cuántos cuánto quantos quanto combien wieviel wieviele
why|为什么 为何 为啥 なぜ どうして 왜 почему зачем porque pourquoi warum wieso weshalb perché dlaczego neden لماذا
difference|区别 差异 不同 違い 차이 разниц отлич diferencia diferença différence unterschied differenza różnica
compare|比较 对比 比較 비교 сравн compara comparar comparer comparez vergleiche vergleichen confronta porównaj
analyze|分析 分析する 분석 проанализ анализ analiza analizar analise analisar analyse analyser analysez analysiere analysieren analizza przeanalizuj
evaluate|评估 评价 評価 평가 оцен evalúa evaluar avalie avaliar évalue évaluer bewerte bewerten valuta
advantages|优点 优势 优缺 利点 장점 преимуществ ventajas vantagens avantages vorteile vantaggi
problem|问题 問題 문제 проблем problema problème
prove|证明 証明 증명 докаж demuestra demostrar prove démontre beweise dimostra
calculate|计算 求 計算 계산 вычисл рассчита посчита calcula calcular calcule calculer berechne calcola oblicz
solve|解决 解答 解 解いて 풀어 해결 реши resuelve resolver resolva résous résoudre löse risolvi
plan|计划 规划 计画 計画 계획 план planifica planeje planifier planen
design|设计 設計 설계 디자인 спроектир дизайн diseña diseñar projete concevoir entwirf progetta
create|创建 生成 制作 作 만들 생성 создай создат сгенерир crea crear crie criar crée créer erstelle erstellen erzeuge generiere genera generar gere génère générer crea stwórz maak oluştur أنشئ
make|做 做一 作って сделай сделат haz hacer faça fazer fais faire mach mache machen fai zrób
draw|画 绘制 描 描い 그려 그리 нарису dibuja dibujar desenhe dessine dessiner zeichne zeichnen disegna narysuj
image|图片 图像 画像 イラスト 이미지 그림 изображ картинк imagen imagem bild immagine obraz resim صورة
photo|照片 相片 写真 사진 фото foto fotografía fotografia photographie zdjęcie
logo|标志 ロゴ 로고 логотип logotipo
poster|海报 ポスター 포스터 постер плакат cartel affiche plakat
video|视频 短片 动画 動画 ビデオ 비디오 영상 동영상 видео ролик анимац vídeo vidéo animación animação
music|音乐 音楽 음악 музык música musique musik musica muzyka
song|歌曲 歌 曲 노래 песн canción canção chanson lied canzone piosenka
voice|语音 配音 音声 음성 목소리 голос озвуч voz voix stimme voce
read aloud|朗读 読み上げ 읽어줘 прочит зачитай
search|搜索 搜一 查找 检索 查一 検索 調べ 探し 검색 찾아 найди найти поищи поиск busca buscar busque pesquise pesquisar procure cherche chercher recherche rechercher suche suchen recherchiere cerca wyszukaj zoek
latest|最新 最近 最新の 최신 최근 последн свежи новейш último últimas últimos recientes recentes dernier dernière dernières derniers neueste neuesten aktuelle aktuellen ultime recenti najnowsze
news|新闻 消息 ニュース 뉴스 новост noticias notícias actualités nouvelles nachrichten notizie
today|今天 今日 오늘 сегодня hoy hoje aujourd'hui heute oggi
current|目前 当前 现在 現在 현재 сейчас текущ actual actualmente atual atualmente actuel actuelle actuellement aktuell attuale
price|价格 股价 値段 価格 가격 цен курс precio precios preço preços prix preis preise prezzo
weather|天气 天気 날씨 погод clima tiempo météo wetter meteo
research|研究 调研 文献 論文 연구 조사 논문 исследов investigación investiga pesquisa étude recherches forschung ricerca
report|报告 レポート 報告 보고서 отчёт отчет доклад informe relatório rapport bericht relazione
code|代码 编程 コード 코드 код código codigo codice kod
function|函数 関数 함수 функци función função fonction funktion funzione
program|程序 プログラム 프로그램 программ programa programme programm programma
script|脚本 スクリプト 스크립트 скрипт
file|文件 ファイル 파일 файл archivo arquivo fichier datei plik bestand
test|测试 テスト 테스트 тест prueba pruebas teste testes prüfung
error|错误 报错 エラー 에러 오류 ошибк erro errores erreur fehler errore błąd hata خطأ
fix|修复 修正 修改 解决 直 고쳐 수정 исправ почин corrige corregir arregla arreglar corrija corrigir conserte corriger corrigez behebe beheben repariere correggi napraw düzelt
add|添加 增加 加上 追加 추가 добав añade añadir agrega agregar adicione adicionar ajoute ajouter ajoutez hinzufügen füge aggiungi dodaj toevoegen ekle
remove|删除 去掉 移除 削除 삭제 제거 удали убери elimina eliminar quita borra remova remover supprime supprimer retire lösche löschen entferne entfernen rimuovi usuń
change|更改 改成 变更 変更 변경 바꿔 измени поменя замени cambia cambiar mude mudar altere alterar change modifie modifier ändere ändern cambia modifica zmień
implement|实现 実装 구현 реализ implementa implementar implemente implémente implémenter implementiere implementieren
run|运行 执行 実行 실행 запусти ejecuta ejecutar execute executar rode exécute lance lancer ausführen führe esegui uruchom
check|检查 确认 確認 チェック 확인 провер comprueba revisa revisar verifique verifica vérifie vérifier überprüfe prüfe controlla sprawdź
button|按钮 ボタン 버튼 кнопк botón botão bouton knopf schaltfläche
page|页面 网页 ページ 페이지 страниц página seite pagina strona
database|数据库 データベース 데이터베이스 баз datos dados données datenbank
app|应用 アプリ 앱 приложен aplicación aplicativo aplicação anwendung applicazione
website|网站 サイト 웹사이트 сайт sitio web webseite sito
project|项目 プロジェクト 프로젝트 проект proyecto projeto projet projekt progetto
use|使用 用 使 사용 используй usa usar use utilise utiliser verwende benutze usa
please|请 帮我 ください お願い 해줘 주세요 пожалуйста favor please plaît plait bitte favore proszę
short|简短 短 短い 짧은 коротк corto corta curto breve court kurz kurzen
detailed|详细 詳細 詳しく 상세 자세 подробн detallado detalhado détaillé detailliert ausführlich dettagliato
sentence|句子 一句 文 문장 предложение oración frase phrase satz
word|单词 词 単語 단어 слов palabra palavra mot wort parola
yes|是的 好的 可以 はい 네 예 да sí sim oui ja tak
continue|继续 接着 続け 계속 продолж continúa sigue continuar seguir continuez weiter weitermachen continua kontynuuj
no|不是 不对 いいえ 아니 нет não non nein nie
the same|同样 同じ 같은 такой то-же mismo mesma même gleiche stesso
is|是 です 이다 это es é est ist
and|和 与 と 그리고 и y e et und
the|的 の el la los las le les der die das den dem il lo gli
a|一个 一篇 一份 一张 一首 ひとつ 하나 un una um uma une ein eine einen einem einer uno
in|在 に で 에서 в во en em dans im nel
for|为 给 ため 위해 для para pour für per dla
with|с со con com avec mit
of|из von del della dei du des do da dos das
about|关于 について 대해 관한 про обо sobre über
i|我 私 나는 я yo eu je ich io
you|你 您 あなた 너 당신 ты вы tú usted você tu vous du sie
"""
_ALSO_ENGLISH = """
do come per lo use tema web prove brief resume retire wie also die man war gut bald art rede lance kod no
ja co is a i in mot actual tempo non chi conte gere mode du da e y me se si usa sim lied court propose im
mit con sie tu wo est den la change execute son sur pour was
"""
"""Words of other languages that mean something else in an English or technical text."""
_STEM_CHARS = range(7, 1, -1)
"""How many characters the beginning of a word may have, tried in this order."""


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    ambiguous = frozenset(_ALSO_ENGLISH.split())
    for line in _WORDS.strip().split("\n"):
        english, others = line.split("|")
        for other in others.split():
            if other not in ambiguous:
                found.setdefault(other, english.split()[0])
    return found


ENGLISH: Mapping[str, str] = prepared(__name__, _table)
"""Foreign word, or the beginning of one in a script other than Latin, or unspaced characters -> English word."""


def english(word: str) -> str:
    """The English word of a word that stands in the table, itself or by its beginning; else the word itself."""
    known = ENGLISH.get(word)
    if known or word.isascii() or word[0] < "\u0400":
        return known or word
    for size in _STEM_CHARS:
        known = ENGLISH.get(word[:size])
        if known and (size > 3 or word[0] > "\u0fff"):
            return known
    return word
