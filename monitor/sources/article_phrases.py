"""The phrases of :mod:`monitor.sources.article_boilerplate`, as regular expressions over lower-case lines.

English first, then the other languages by script. A phrase is what sites in that language print as a rule (the
texts of WordPress and of the large consent tools), not what one site prints.
"""

from __future__ import annotations

from typing import Final

_COUNT: Final = r"(?:\(?\d{1,6}\)? ?)?"

COMMENTS: Final = (
    # whole lines that open the comments: nothing after them is the article
    rf"{_COUNT}comments?(?: ?\(?\d{{1,6}}\)?)?|no comments(?: yet)?|be the first to comment"
    rf"|(?:leave|post|add|write) (?:a|your) (?:reply|comment|response)(?: cancel (?:reply|comment))?|cancel reply"
    rf"|join the (?:conversation|discussion)|reader comments|what do you think|tell us what you think"
    rf"|comments are closed"
    rf"|(?:schreib(?:e|en sie)? (?:einen|ihren) )?{_COUNT}kommentare?(?: (?:schreiben|hinterlassen|verfassen))?"
    rf"|(?:schreibe?|hinterlasse|hinterlassen sie) (?:eine antwort|einen kommentar)(?: antworten? abbrechen)?"
    rf"|antwort(?:en)? abbrechen|(?:laisser|laissez|ajouter|écrire|poster) un commentaire(?: annuler la réponse)?"
    rf"|{_COUNT}commentaires?|annuler la réponse"
    rf"|(?:deja|dejar|añade|publica|escribe) (?:un comentario|una respuesta)(?: cancelar la? respuesta)?"
    rf"|{_COUNT}comentarios?|(?:deixe|deixar|faça) (?:um comentário|uma resposta)(?: cancelar resposta)?|comentários"
    rf"|(?:lascia|aggiungi|scrivi) un commento(?: annulla risposta)?|commenti|annulla risposta"
    rf"|(?:geef|plaats) een reactie(?: reactie annuleren)?|reacties|laat een (?:reactie|bericht) achter"
    rf"|(?:dodaj|zostaw|napisz) (?:komentarz|odpowiedź)(?: anuluj pisanie odpowiedzi)?|komentarze"
    rf"|(?:добавить|оставить|написать) (?:комментарий|ответ)(?: отменить ответ)?|комментарии|отменить ответ"
    rf"|(?:залишити|додати|написати) (?:коментар|відповідь)(?: скасувати відповідь)?|коментарі"
    rf"|(?:bir )?(?:yanıt|yorum|cevap) (?:yazın|yaz|yap|yapın|bırakın)(?: yanıtı iptal et)?|yorumlar"
    rf"|(?:lämna|skriv) (?:ett svar|en kommentar)(?: avbryt svar)?"
    rf"|(?:legg igjen|skriv) (?:en kommentar|et svar)(?: avbryt svar)?"
    rf"|(?:skriv et svar|efterlad en kommentar)(?: annuller svar)?|kommentarer|jätä kommentti|kommentit|peruuta vastaus"
    rf"|napsat komentář|napsat odpověď|komentáře|pridať komentár|lasă un (?:comentariu|răspuns)|hozzászólás(?:ok)?"
    rf"|szólj hozzá|(?:αφήστε|προσθέστε) (?:μια απάντηση|ένα σχόλιο|σχόλιο)|σχόλια"
    rf"|(?:اترك|أضف|اكتب) (?:تعليقا|تعليقاً|تعليقًا|ردا|رداً|ردًا|تعليق)(?: إلغاء الرد)?|(?:ال)?تعليقات|إلغاء الرد"
    rf"|(?:כתיבת תגובה|השאר תגובה|הוספת תגובה|הגיבו)(?: לבטל)?|תגובות|دیدگاهتان را بنویسید(?: لغو پاسخ)?|نظرات"
    rf"|(?:एक )?(?:उत्तर|टिप्पणी|जवाब) (?:छोड़ें|लिखें|दें)(?: उत्तर रद्द करें)?|टिप्पणियाँ"
    rf"|(?:发表|發表|发布|發佈|留下|撰写)(?:评论|評論|回复|回覆|留言)(?: ?取消回[复覆])?|评论(?: ?\(?\d+\)?)?|評論|留言"
    rf"|网友评论|取消回[复覆]|コメント(?:を(?:残す|書く|投稿(?:する)?)|する)?(?: ?コメントをキャンセル)?|コメント一覧"
    rf"|댓글(?:을)? ?(?:남기기|쓰기|달기)?|답글 남기기(?: 응답 취소)?|(?:để lại một )?bình luận|trả lời hủy"
    rf"|tinggalkan (?:balasan|komentar)(?: batalkan balasan)?|komentar"
)

FORM: Final = (
    # anywhere in a short line: the form under the comments
    r"your e-?mail (?:address )?will not be (?:published|shared)|required fields are marked|save my name, e-?mail"
    r"|this site uses akismet|notify me of (?:follow-?up|new) (?:comments|posts)"
    r"|you must be logged in to (?:post|comment)|e-mail-adresse wird nicht veröffentlicht"
    r"|erforderliche felder sind (?:mit|markiert)|meinen namen, (?:meine )?e-mail"
    r"|adresse (?:e-mail|de messagerie|courriel) ne sera pas publiée|champs obligatoires sont indiqués"
    r"|enregistrer mon nom, mon e-mail|correo electrónico no será publicad[ao]|campos obligatorios están marcados"
    r"|guarda(?:r)? mi nombre, correo|endereço de e-?mail não será publicado"
    r"|campos obrigatórios (?:são|estão) marcados|salvar meus dados neste navegador"
    r"|indirizzo e-?mail non sarà pubblicato|campi obbligatori sono contrassegnati|salva il mio nome, e-?mail"
    r"|e-?mailadres (?:zal|wordt) niet (?:getoond|gepubliceerd|worden gepubliceerd)|vereiste velden zijn gemarkeerd"
    r"|adres e-?mail nie zostanie opublikowany|wymagane pola są oznaczone|zapamiętaj moje dane"
    r"|адрес e-?mail не будет опубликован|обязательные поля помечены|сохранить моё имя, e-?mail"
    r"|e-?mail адреса не (?:оприлюднюватиметься|буде опублікована)|обов.язкові поля позначені"
    r"|e-?posta (?:adresiniz|hesabınız) (?:yayınlanmayacak|yayımlanmayacak)|gerekli alanlar \*? ?ile işaretlenmiş"
    r"|e-?postadress kommer inte (?:att )?publiceras|obligatoriska fält är märkta"
    r"|e-?postadressen (?:din )?vil ikke bli publisert|e-?mailadresse vil ikke blive publiceret"
    r"|obligatoriske felte?r? er (?:markert|markeret)|sähköpostiosoitettasi ei julkaista"
    r"|e-?mailová adresa nebude zveřejněna|vyžadované informace jsou označeny|e-?mailová adresa nebude zverejnená"
    r"|adresa ta de e-?mail nu va fi publicată|câmpurile obligatorii sunt marcate|e-?mail címet nem tesszük közzé"
    r"|ηλ\. διεύθυνση σας δεν δημοσιεύεται|τα υποχρεωτικά πεδία σημειώνονται|لن يتم نشر عنوان بريدك"
    r"|الحقول الإلزامية مشار إليها|האימייל לא יוצג באתר|שדות החובה מסומנים|نشانی ایمیل شما منتشر نخواهد شد"
    r"|आपका ईमेल पता प्रकाशित नहीं|आवश्यक फ़ील्ड चिह्नित हैं|(?:邮箱|郵件|郵箱|电子邮件)地址不[会會]被?公[开開]"
    r"|必填[项項欄栏字段]*已?用|欄位標示為|发布的电子邮箱不会被公开|メールアドレスが公開されることはありません"
    r"|が付いている欄は必須項目|이메일(?: 주소)?는 공개되지 않습니다|필수 (?:필드|항목)는"
    r"|email của bạn sẽ không được hiển thị|các trường bắt buộc được đánh dấu"
    r"|alamat e-?mail anda tidak akan dipublikasikan"
)

LABELS: Final = (
    # whole lines: buttons and fields
    r"(?:share|tweet|print|save|e-?mail|pin it|copy link|copied!?|like this|loading|reply|submit|post comment|search"
    r"|menu)|share (?:this|on|via|it)(?: (?:article|post|page|story|facebook|twitter|x|whatsapp|linkedin|e-?mail"
    r"|with (?:a |your )?friends?))?"
    r"|(?:click to )?(?:share on|print|e-?mail|tweet)(?: .{0,40}\(?opens in new window)?|\(?opens in new window"
    r"|(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|instagram|youtube|threads|bluesky|vk|line"
    r"|viber|weibo|wechat)(?:[ ,|·/]+(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|e-?mail"
    r"|instagram|line|copy link))*|(?:name|e-?mail|website|comment|your (?:name|e-?mail)) ?\*?|advertisements?|ad"
    r"|article content|sponsored|skip to (?:main )?content"
    r"|(?:story|article) continues? below(?: (?:this )?advertisement)?"
    r"|advertisement ?(?:-|–)? ?(?:scroll to continue|story continues below)"
    r"|(?:artikel )?(?:teilen|drucken|merken|kommentieren|anhören|abschicken)|anzeige|werbung|partager|imprimer"
    r"|publicité|envoyer|compartir|imprimir|publicidad|enviar|guardar|compartilhar|publicidade|condividi|stampa"
    r"|pubblicità|delen|advertentie|udostępnij|reklama|поделиться|распечатать|реклама|поширити|роздрукувати|paylaş"
    r"|yazdır|reklam|dela|del|skriv ut|annons(?:e)?|jaa|tulosta|mainos|sdílet|zdieľať|distribuie|megosztás"
    r"|κοινοποίηση"
    r"|διαφήμιση|شارك|مشاركة|طباعة|إعلان|שיתוף|שתפו|פרסומת|اشتراک گذاری|شेयर करें|शेयर करें|कॉपी लिंक|分享(?:到|至)?|转发"
    r"|打印|广告|廣告|收藏|点赞|シェア(?:する)?|ツイート|印刷|広告|공유(?:하기)?|인쇄|광고|chia sẻ|quảng cáo|bagikan"
    r"|iklan"
)

RELATED: Final = (
    # whole lines above links to other articles
    r"(?:related|more|similar|recommended|popular|latest|trending|top|recent|featured)(?: (?:posts?|articles?|stories"
    r"|news|topics?|reading|videos?|links?|content|coverage))|related|recommended(?: for you)?"
    r"|most (?:read|popular)(?: in .{1,30})?|more from .{1,40}|trending(?: now)?|don't miss"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|read (?:next|more|also)|see also|what to read next"
    r"|up next|more on this(?: story| topic)?|auch interessant|das könnte (?:sie|dich) (?:auch )?interessieren"
    r"|ähnliche (?:beiträge|artikel|themen)|mehr zum thema|weitere (?:artikel|themen|meldungen)|meistgelesen"
    r"|lesen sie auch|(?:articles?|sujets|billets) (?:similaires|liés|associés|connexes)|(?:à )?lire aussi"
    r"|sur le même (?:sujet|thème)|les plus lus|vous aimerez aussi"
    r"|(?:artículos|entradas|noticias|contenidos?) (?:relacionad[ao]s|similares)|(?:te|le) puede interesar"
    r"|también (?:te|le) puede interesar|lo más (?:leído|visto)|más (?:noticias|información)"
    r"|(?:artigos|posts|notícias|matérias) relacionad[ao]s|(?:leia|veja) (?:também|mais)|mais lidas|relacionad[ao]s"
    r"|(?:articoli|notizie) (?:correlat[ie]|simili)|(?:ti )?potrebbe(?:ro)? interessarti(?: anche)?|leggi anche"
    r"|i più letti|gerelateerde? (?:artikelen|berichten)|lees (?:ook|meer|verder)|meest gelezen"
    r"|(?:powiązane|podobne) (?:artykuły|wpisy)|(?:czytaj|zobacz|przeczytaj) (?:też|także|również)|polecane"
    r"|(?:похожие|связанные) (?:записи|статьи|материалы|новости)|(?:читайте|смотрите) (?:также|ещё)"
    r"|(?:материалы|новости) по теме|(?:схожі|пов.язані) (?:записи|статті|новини)|читайте (?:також|ще)"
    r"|(?:benzer|ilgili) (?:yazılar|haberler|içerikler)|ilginizi çekebilir"
    r"|relaterade? (?:artiklar|artikler|nyheter|inlägg)|läs (?:också|även|mer)|les (?:også|mer)|læs (?:også|mere)"
    r"|mest (?:lest|läst|læst)|aiheeseen liittyvää|lue (?:myös|lisää)|související (?:články|příspěvky)"
    r"|čtěte (?:také|dále)|articole (?:similare|asemănătoare)|citește și|kapcsolódó (?:cikkek|bejegyzések)"
    r"|(?:σχετικά|παρόμοια) άρθρα|διαβάστε (?:επίσης|ακόμη)|(?:مقالات|مواضيع|أخبار|مواد) (?:ذات صلة|مشابهة|متعلقة)"
    r"|اقرأ (?:أيضا|أيضاً|أيضًا|المزيد)|(?:כתבות|פוסטים) (?:נוספות|קשורות|דומים|קשורים)|(?:קראו|ראו) (?:גם|עוד)"
    r"|مطالب مرتبط|बड़ी खबरें|(?:संबंधित|यह भी) (?:खबरें|लेख|पढ़ें)"
    r"|(?:相关|相關|推荐|推薦|延伸|热门|熱門)(?:文章|阅读|閱讀|新闻|新聞|报道|報導|内容)|猜你喜欢"
    r"|你可能(?:也|还)?(?:会)?(?:喜欢|感兴趣)|関連(?:記事|ニュース|リンク|する記事)"
    r"|(?:おすすめ|人気|あわせて読みたい)(?:記事|の記事)?|(?:관련|추천|인기) ?(?:기사|뉴스|글)"
    r"|(?:bài viết|tin) liên quan|(?:xem|đọc) thêm|(?:artikel|berita) (?:terkait|lainnya)|baca juga"
)

MORE: Final = (
    # beginnings of short lines that lead to other pages
    r"(?:related(?: (?:story|article|post|video)s?)?|see more|watch|more|read (?:more|next|also)|also read|see also"
    r"|don't miss) ?[:：|]|read (?:the )?(?:full|original) (?:story|article|post)|also on \S+\.\S+ "
    r"|click here (?:to|for) |\[(?:related|read|also|more)\b|(?:lesen sie (?:auch|hier)|mehr zum thema"
    r"|auch (?:lesenswert|interessant)|lesen sie dazu|weiterlesen|siehe auch|mehr dazu) ?[:：]"
    r"|(?:à )?(?:lire|voir|lisez|écouter) (?:aussi|également) ?[:：]"
    r"|(?:lee|leer|lea|ver|mira|vea) (?:también|más) ?[:：]|te puede interesar ?[:：]"
    r"|(?:leia|veja|saiba) (?:também|mais) ?[:：]|leggi anche ?[:：]|lees ook ?[:：]"
    r"|(?:czytaj|zobacz|przeczytaj) (?:też|także|również|więcej) ?[:：]"
    r"|(?:читайте|смотрите) (?:также|ещё|еще|подробнее) ?[:：]|по теме ?[:：]|читайте (?:також|ще) ?[:：]"
    r"|(?:ayrıca (?:bkz|oku(?:yun)?)|ilgili haber) ?[:：]|(?:läs (?:också|även|mer)|les (?:også|mer)|læs (?:også"
    r"|mere)|lue (?:myös|lisää)|čtěte (?:také|dále)|citește și|διαβάστε (?:επίσης|ακόμη)) ?[:：]"
    r"|(?:اقرأ|شاهد) (?:أيضا|أيضاً|أيضًا|المزيد) ?[:：]|(?:קראו|ראו) (?:גם|עוד) ?[:：]|(?:यह|ये) भी पढ़ें ?[:：]?"
    r"|(?:延伸|相关|相關|推荐|推薦)(?:阅读|閱讀|文章|新闻|新聞) ?[:：]|(?:関連記事|あわせて読みたい|【関連】) ?[:：]?"
    r"|관련 ?기사 ?[:：]|(?:xem|đọc) thêm ?[:：]|baca juga ?[:：]"
)

NOTICE: Final = (
    # beginnings of short lines about the site itself
    r"(?:sign up|subscribe|register) (?:here )?(?:for|to) (?:our|the|this|receive|get|free) "
    r"|get (?:the|our) (?:latest|day's|best|top) .{0,60}(?:inbox|newsletter|news|fun stuff)"
    r"|sign up (?:now|today|for (?:our )?(?:free )?(?:newsletter|e-?mails?|updates|alerts))"
    r"|(?:like|love|enjoyed) (?:this (?:story|article|post)|what you (?:see|read))|follow (?:us|\S+) on "
    r"|follow .{1,50} on (?:twitter|facebook|instagram|x\b)|have a tip|download (?:our|the) .{0,20}app|filed under"
    r"|tags?: |tagged (?:with|as|in)?:|(?:we|reviews?) .{0,60}(?:independently select|affiliate|earn (?:a"
    r"|an)? ?.{0,12}commission)"
    r"|this (?:article|story|post) (?:contains|may contain) affiliate|(?:abonnieren|folgen) sie (?:uns|unseren)"
    r"|(?:jetzt )?(?:zum )?newsletter (?:anmelden|abonnieren|bestellen)|hier (?:geht es|gehts) zu[rm]? "
    r"|schlagw(?:ort|örter): |empfohlener (?:redaktioneller|externer) inhalt|ich bin damit einverstanden, dass mir"
    r"|an dieser stelle finden sie einen .{0,60}extern|abonnez-vous |inscrivez-vous à |suivez-nous "
    r"|suscríbe(?:te|ase) |síguenos |inscreva-se |siga(?:-nos)? |iscriviti (?:alla|al) |seguici |schrijf je in "
    r"|zapisz się |obserwuj nas|подпи(?:сывайтесь|шитесь) |підпи(?:суйтесь|шіться) |abone ol|prenumerera "
    r"|meld deg på "
    r"|tilmeld dig |تابعونا |اشترك (?:في|الآن في) (?:ال)?نشر|עקבו אחרינו|关注我们|關注我們|扫码关注|扫一扫"
    r"|フォローする|구독하기"
    r"|theo dõi (?:chúng tôi|báo)|ikuti kami|(?:copyright ?)?(?:©|\(c\) ?\d{4})|copyright \d{4}"
    r"|.{0,120}all rights reserved.{0,40}|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|无断转载|無断転載|.{0,60}무단 ?전재|기사 url이 복사|이 기사를 공유"
    r"|『?カテゴリーをフォロー|この記事を(?:シェア|共有)|(?:责任编辑|責任編輯|编辑|校对) ?[:：]"
)

CONSENT: Final = (
    # who asks for consent speaks of himself and to the reader; a reporter who writes of cookies does neither
    r"we (?:and our (?:\d+ )?(?:trusted )?(?:partners|vendors)|use (?:\w+ )?cookies|value your privacy)"
    r"|our (?:\d+ )?partners|accept all|reject all|manage (?:preferences|settings|options|cookies)"
    r"|your (?:consent|choices|privacy|device)|i (?:agree|accept)|by (?:clicking|continuing)"
    r"|(?:wir|sie) (?:und unsere (?:\d+ )?partner|verwenden cookies|nutzen cookies|stimmen)|unsere (?:\d+ )?partner"
    r"|alle (?:akzeptieren|ablehnen)|ihre (?:einwilligung|zustimmung|daten)|akzeptieren sie"
    r"|nous (?:et nos (?:\d+ )?partenaires|utilisons)|nos (?:\d+ )?partenaires|tout (?:accepter|refuser)"
    r"|(?:votre|vos) (?:consentement|choix|données)|(?:nosotros y )?nuestros (?:\d+ )?socios|(?:utilizamos"
    r"|usamos) cookies"
    r"|(?:aceptar|rechazar) (?:todo|todas|y)|su consentimiento|nós e os nossos|(?:aceitar|rejeitar) tod[ao]s"
    r"|(?:seu|o seu) consentimento|(?:noi e i )?nostri (?:\d+ )?partner|utilizziamo|(?:accetta|rifiuta) tutt[oi]"
    r"|(?:il tuo|tuo) consenso|(?:wij en )?onze (?:\d+ )?partners|(?:wij|we) gebruiken cookies|alles (?:accepteren"
    r"|weigeren)"
    r"|uw toestemming|my i nasi (?:\d+ )?partnerzy|używamy plików cookie|(?:akceptuj|odrzuć) wszystk|twoj[ąaej]+ zgod"
    r"|мы (?:и наши партн[её]ры|используем)|наши партн[её]ры|принять все|ваше согласие|продолжая (?:использовать"
    r"|пользоваться)"
    r"|çerez(?:ler)? kullan|tümünü kabul|onayınız|vi (?:och|og) våra?e? (?:\d+ )?partner|(?:godkänn|godta) alla?e?"
    r"|ditt samtycke?|käytämme evästeitä|hyväksy kaikki|(?:نحن و?شركا|نستخدم)|قبول (?:الكل|الجميع)|موافقتك"
    r"|(?:本网站|我们|我們|本站)(?:及[^。]{0,10})?使用|(?:全部|所有)?接受(?:全部|所有)|您的(?:同意|隐私|選擇|选择"
    r"|設備|设备)"
    r"|当(?:サイト|社)[^。]{0,20}(?:cookie|クッキー)|すべて(?:許可|同意|拒否)|同意する|모두 (?:동의|수락|거부)|귀하의"
)

COOKIE: Final = (
    # what it is that they ask for
    r"cookies?|クッキー|쿠키|çerez|eväste|ملفات تعريف الارتباط|plik(?:i|ów) cookie|personalised|personalized"
    r"|privacy|privatsphäre"
    r"|datenschutz|confidentialité|vie privée|privacidad|privacidade|informativa|konfidencj|prywatnoś"
    r"|конфиденциальност"
    r"|gizlilik|personvern|integritet|الخصوصية|隐私|隱私|プライバシー|개인정보|information on (?:a|your) device"
)

GATE: Final = (
    # the site wants to see a browser or a person
    r"(?:please )?(?:enable|turn on|activate) (?:java ?script|js|cookies)"
    r"|java ?script (?:is|must be|to be) (?:disabled|enabled|required|not enabled)"
    r"|(?:requires?|need) (?:java ?script|to enable java ?script)"
    r"|(?:checking|verifying) (?:if the site connection|your browser|you are (?:a )?human|that you are not a robot)"
    r"|verify (?:that )?you(?:'re| are) (?:a |not a )?(?:human|robot|bot)|are you (?:a robot|human)|not a robot"
    r"|unusual traffic from your|complete the (?:captcha|security check)|press (?:&|and) hold to"
    r"|access (?:to this page|denied).{0,60}(?:denied|permission|blocked|reference)|you have been blocked"
    r"|sorry, you have been blocked|ddos protection by|needs to review the security of your connection"
    r"|bitte (?:aktivieren|schalten) sie (?:java ?script|cookies)|java ?script (?:ist )?(?:deaktiviert|aktivieren)"
    r"|(?:veuillez )?activer? java ?script|(?:habilite|active|activa) java ?script|(?:ative|habilite) o java ?script"
    r"|abilita(?:re)? java ?script|включите java ?script|увімкніть java ?script|włącz(?:yć)? java ?script"
    r"|schakel java ?script in|javascript'i (?:etkinleştir|açın)|(?:启用|啟用|开启|打开) ?java ?script"
    r"|java ?script ?を有効|자바스크립트를|(?:تفعيل|تمكين) (?:جافا|java ?script)|安全验证|请完成验证|人机验证"
    r"|ロボットではありません|로봇이 아닙니다|я не робот|ich bin kein roboter|je ne suis pas un robot|no soy un robot"
)

PAYWALL: Final = (
    # the rest is for subscribers
    r"(?:subscribe|sign in|log in|register|create (?:a free|an) account) (?:now )?to (?:continue|read|keep|unlock"
    r"|access|view|get full)|already a (?:subscriber|member)|this (?:article|content|story) is (?:for|only (?:for"
    r"|available to)|reserved for|exclusive to) (?:our )?(?:paying |paid )?(?:subscribers|members)"
    r"|(?:you have|you've) (?:reached|read|used) (?:your|all|\d+).{0,30}(?:free )?(?:articles?|limit)"
    r"|continue reading (?:with|by|for)|to continue reading|start your (?:free )?trial"
    r"|unlock (?:this|the full) (?:article|story)|subscribers? only|remaining \d+% of (?:this|the) article"
    r"|(?:weiterlesen|jetzt weiterlesen|lesen sie weiter) mit"
    r"|(?:dieser|den) artikel .{0,40}(?:abonnenten|mit abo|plus-abo)|nur für abonnenten|bereits abonnent"
    r"|jetzt abonnieren|registrieren sie sich, um"
    r"|(?:article|contenu|suite) (?:est )?réservée? (?:à|aux) (?:nos )?abonnés"
    r"|il vous reste \d.{0,8}% de cet article|déjà abonné|abonnez-vous pour (?:lire|continuer)"
    r"|contenido exclusivo para suscriptores|(?:suscríbete|inicia sesión) para (?:seguir|continuar|leer)"
    r"|ya eres suscriptor|tu suscripción se está usando"
    r"|(?:conteúdo|matéria) (?:exclusiv[ao]|restrit[ao]) (?:para|a) assinantes|assine para (?:ler|continuar)"
    r"|(?:contenuto|articolo) riservato agli abbonati|abbonati per (?:leggere|continuare)|sei già abbonato"
    r"|alleen voor abonnees|verder lezen\?|(?:tylko|treść) dla (?:subskrybentów|prenumeratorów)"
    r"|чтобы (?:читать|продолжить).{0,20}подпи|только для подписчиков|(?:bara|kun|endast) för prenumeranter"
    r"|kun for abonnenter|(?:このコンテンツは|続きは|この記事は).{0,6}(?:会員|有料|残り)|残り ?\d+ ?文字"
    r"|有料会員(?:限定|になると)|会員限定|(?:订阅|訂閱)(?:后|後)?(?:阅读|閱讀|继续)|付费(?:阅读|内容)"
    r"|유료 ?(?:회원|구독자).{0,10}|구독자 전용|للمشتركين فقط|למנויים בלבד"
)

DATED: Final = (
    # whole lines that only say when, or how long reading takes
    r"(?:published|updated|posted|last (?:updated|modified)|(?:zuletzt )?aktualisiert|veröffentlicht|stand|publié le"
    r"|mis à jour le|publicado(?: el)?|actualizado(?: el)?|pubblicato(?: il)?|опубликовано|обновлено)(?: (?:on|at"
    r"|am))? ?:? ?[\d.,:/ a-zа-яéûä-]{4,40}|\d{1,3} ?(?:min(?:ute)?s?|minutos?|minuten|минут\w*|分)(?: ?(?:read"
    r"|lesezeit|de lecture|de lectura|de leitura|di lettura|leestijd|чтения|で読める))?|(?:reading time|lesezeit"
    r"|temps de lecture|tiempo de lectura|tempo (?:de leitura|di lettura)) ?[:：]? ?\d{1,3} ?min\w*"
)
