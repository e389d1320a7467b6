"""Facts about publishers that no rule can know: hosts that shorten the name, names in other scripts, editions.

One line a publisher: its key, a colon, its names, ``=``, its hosts (domains, or single hosts where a domain has
several publishers). Only sites of one newsroom or brand stand together, never all that a company owns. Names and
hosts from which the rules of :mod:`monitor.analysis.outlets` make the key themselves need not be listed.
"""

from __future__ import annotations

from typing import Final

PUBLISHERS: Final = """
abc: ABC News; American Broadcasting Company = abcnews.go.com abcnews.com
abcaustralia: ABC Australia; ABC News Australia; ABC News (Australia); Australian Broadcasting Corporation = \
abc.net.au
abcspain: ABC España; Diario ABC = abc.es
afp: AFP; Agence France-Presse; Agence France Presse; 法新社 = afp.com
aljazeera: Al Jazeera; Al Jazeera English; Al Jazeera Media Network; AJE; 半岛电视台 = aljazeera.com aljazeera.net
ansa: ANSA; Agenzia ANSA = ansa.it
ap: AP; AP News; Associated Press; Associated Press News; The Associated Press; 美联社 = apnews.com ap.org
arstechnica: Ars Technica = arstechnica.com
asahi: Asahi Shimbun; 朝日新聞; 朝日新聞デジタル; The Asahi Shimbun = asahi.com
atlantic: The Atlantic = theatlantic.com
axios: Axios = axios.com
barrons: Barron's; Barrons = barrons.com
bbc: BBC; BBC News; BBC World; BBC World Service; BBC Sport; BBC Sounds; British Broadcasting Corporation; BBC中文; \
BBC News 中文; BBC Mundo; BBC News Русская служба; BBC News Mundo = bbc.co.uk bbc.com bbci.co.uk
bild: Bild; BILD Zeitung; Bild.de = bild.de
bloomberg: Bloomberg; Bloomberg News; 彭博; 彭博社 = bloomberg.com
businessinsider: Business Insider; Business Insider UK = businessinsider.com
caixin: Caixin; Caixin Global; 财新; 财新网 = caixin.com caixinglobal.com
cbs: CBS; CBS News = cbsnews.com
cbssports: CBS Sports = cbssports.com
cbc: CBC; CBC News; Canadian Broadcasting Corporation = cbc.ca
cctv: CCTV; 央视新闻; 央视网; 中央电视台 = cctv.com cctv.cn
cgtn: CGTN; China Global Television Network = cgtn.com
channelnewsasia: CNA; Channel NewsAsia; Channel News Asia = channelnewsasia.com
chinadaily: China Daily; 中国日报; 中国日报网 = chinadaily.com.cn
chinanews: China News Service; ECNS; 中国新闻网; 中新社; 中新网 = chinanews.com chinanews.com.cn ecns.cn
chosun: Chosun Ilbo; The Chosun Ilbo; Chosunilbo; 조선일보 = chosun.com
christiansciencemonitor: Christian Science Monitor; CSMonitor; CS Monitor = csmonitor.com
cnbc: CNBC = cnbc.com
cnn: CNN; CNN International; Cable News Network; CNN Politics; CNN Business = cnn.com cnn.io
corriere: Corriere della Sera; Corriere = corriere.it
dagbladet: Dagbladet = dagbladet.no
dagensindustri: Dagens industri; Di; DI.se = di.se
dagensnyheter: Dagens Nyheter; DN; DN.se = dn.se
dailymail: Daily Mail; Mail Online; MailOnline; Daily Mail Online; The Mail on Sunday = dailymail.co.uk dailymail.com
dailytelegraph: The Daily Telegraph; The Telegraph; Daily Telegraph; The Sunday Telegraph = telegraph.co.uk
dallasmorningnews: The Dallas Morning News = dallasnews.com
deseret: Deseret News = deseret.com deseretnews.com
derstandard: Der Standard; DER STANDARD = derstandard.at derstandard.de
donga: Dong-A Ilbo; The Dong-A Ilbo; 동아일보 = donga.com
dpa: dpa; Deutsche Presse-Agentur; dpa International = dpa.com
dw: DW; Deutsche Welle; DW News; 德国之声; Немецкая волна = dw.com
economictimes: The Economic Times; Economic Times = economictimes.indiatimes.com economictimes.com
economist: The Economist; 经济学人 = economist.com
efe: EFE; Agencia EFE = efe.com
elmundo: El Mundo = elmundo.es
elpais: El País; EL PAÍS = elpais.com
espn: ESPN = espn.com espn.go.com espn.co.uk
euronews: Euronews = euronews.com
eveningstandard: Evening Standard; The Standard London; London Evening Standard = standard.co.uk
faz: FAZ; Frankfurter Allgemeine; Frankfurter Allgemeine Zeitung; FAZ.NET = faz.net
financialtimes: Financial Times; The Financial Times; FT; FT.com; FT中文网; 金融时报 = ft.com ftchinese.com
forbes: Forbes = forbes.com
fortune: Fortune = fortune.com
fox: Fox News; Fox News Channel = foxnews.com
foxbusiness: Fox Business; FOX Business Network = foxbusiness.com
foxsports: Fox Sports = foxsports.com
france24: France 24 = france24.com
globaltimes: Global Times = globaltimes.cn
globeandmail: The Globe and Mail; Globe and Mail = theglobeandmail.com
goteborgsposten: Göteborgs-Posten; GP; GP.se = gp.se
guancha: 观察者网; Guancha = guancha.cn
guardian: The Guardian; Guardian; The Observer; Guardian US; Guardian Australia; Guardian UK; theguardian; 卫报 = \
theguardian.com guardian.co.uk theguardian.co.uk
haaretz: Haaretz; הארץ = haaretz.com haaretz.co.il
handelsblatt: Handelsblatt = handelsblatt.com
hani: Hankyoreh; The Hankyoreh; 한겨레 = hani.co.kr
helsingborgsdagblad: Helsingborgs Dagblad; HD = hd.se
helsinginsanomat: Helsingin Sanomat; Hesari = hs.fi
hollywoodreporter: The Hollywood Reporter; THR = hollywoodreporter.com
hongkongfreepress: Hong Kong Free Press; HKFP = hongkongfp.com
huanqiu: 环球时报; 环球网; Huanqiu = huanqiu.com
huffpost: HuffPost; Huffington Post; The Huffington Post = huffpost.com huffingtonpost.com huffingtonpost.co.uk
huxiu: 虎嗅; 虎嗅网; Huxiu = huxiu.com
independent: The Independent; Independent UK = independent.co.uk the-independent.com
independentonline: Independent Online; IOL = iol.co.za
independentireland: Irish Independent; Independent.ie = independent.ie
internationalbusinesstimes: International Business Times; IBTimes; International Business Times UK; IBTimes UK = \
ibtimes.com ibtimes.co.uk
interfax: Interfax; Интерфакс = interfax.ru interfax.com
ithome: IT之家; IThome; IT Home = ithome.com
jiemian: 界面新闻; 界面; Jiemian = jiemian.com
jiji: Jiji Press; 時事通信; 時事ドットコム = jiji.com
jiqizhixin: 机器之心; Synced; Jiqizhixin = jiqizhixin.com
joongang: JoongAng Ilbo; JoongAng; 중앙일보 = joongang.co.kr
journaldunet: JDN; Journal du Net = journaldunet.com
jutarnji: Jutarnji list; Jutarnji = jutarnji.hr
kommersant: Kommersant; Коммерсантъ; Коммерсант = kommersant.ru
kr36: 36氪; 36Kr; 36Kr Europe; 36氪快讯 = 36kr.com 36kr.com.cn
kyodo: Kyodo News; Kyodo; 共同通信; 共同通信社; 共同社 = kyodonews.net kyodonews.jp kyodo.co.jp
lanacion: La Nación; La Nacion = lanacion.com.ar
latimes: Los Angeles Times; LA Times; L.A. Times; The Los Angeles Times = latimes.com
lefigaro: Le Figaro; Figaro = lefigaro.fr
lemonde: Le Monde; Le Monde.fr; Le Monde in English = lemonde.fr
lenta: Lenta.ru; Лента.ру; Лента = lenta.ru
lesechos: Les Echos; Les Échos = lesechos.fr
liberation: Libération; Liberation = liberation.fr
lianhezaobao: Lianhe Zaobao; 联合早报; 早报; Zaobao = zaobao.com zaobao.com.sg
mailandguardian: Mail & Guardian; Mail and Guardian; M&G = mg.co.za
mainichi: Mainichi Shimbun; The Mainichi; Mainichi; 毎日新聞 = mainichi.jp
meduza: Meduza; Медуза = meduza.io
metro: Metro; Metro UK; Metro.co.uk = metro.co.uk
mirror: Daily Mirror; The Mirror; Mirror; Mirror Online; The Daily Mirror = mirror.co.uk
mittechnologyreview: MIT Technology Review; MIT Tech Review; Technology Review = technologyreview.com
pcmag: PCMag; PC Magazine = pcmag.com
motleyfool: The Motley Fool; Motley Fool = fool.com
mk: Maeil Business Newspaper; Maeil Business; 매일경제 = mk.co.kr
npr: NPR; National Public Radio = npr.org
nbc: NBC News; NBC = nbcnews.com
nbcsports: NBC Sports = nbcsports.com
newscomau: News.com.au = news.com.au
newyorkdailynews: New York Daily News; NY Daily News; The New York Daily News = nydailynews.com
newyorker: The New Yorker; New Yorker = newyorker.com
newyorkpost: New York Post; NY Post; The New York Post; NYPost = nypost.com
newyorktimes: The New York Times; New York Times; NYT; NY Times; NYTimes; The \
NYT; 纽约时报; 纽约时报中文网 = nytimes.com
nhk: NHK; NHK World; NHK World-Japan; NHKニュース; NHK NEWS WEB = nhk.or.jp nhk.jp
nikkei: Nikkei; Nikkei Asia; Nikkei Asian Review; 日本経済新聞; 日経; 日経新聞; 日経電子版; 日经; \
日经中文网 = nikkei.com
nos: NOS; NOS Nieuws = nos.nl
nrk: NRK; Norsk rikskringkasting = nrk.no
nzherald: NZ Herald; The New Zealand Herald; New Zealand Herald = nzherald.co.nz
nzz: NZZ; Neue Zürcher Zeitung; Neue Zuercher Zeitung = nzz.ch
pbs: PBS; PBS News; PBS NewsHour; NewsHour = pbs.org
peoplesdaily: People's Daily; People's Daily Online; 人民日报; 人民网 = people.com.cn people.cn peopledaily.com.cn
philadelphiainquirer: The Philadelphia Inquirer; Philadelphia Inquirer = inquirer.com philly.com
philippinedailyinquirer: Philippine Daily Inquirer; Inquirer.net = inquirer.net
politico: Politico = politico.com
politicoeurope: Politico Europe; POLITICO.eu; Politico EU = politico.eu
pravdaukraine: Ukrainska Pravda; Українська правда; Украинская правда = pravda.com.ua
qbitai: 量子位; QbitAI = qbitai.com
rbc: РБК; RBC; RBK = rbc.ru
repubblica: la Repubblica; Repubblica = repubblica.it
reuters: Reuters; Thomson Reuters; Reuters UK; Reuters India; 路透; 路透社; 路透中文网; \
ロイター; Reuters.com = reuters.com \
thomsonreuters.com
rfa: Radio Free Asia; RFA; 自由亚洲电台 = rfa.org
rfi: RFI; Radio France Internationale; 法广 = rfi.fr
rferl: RFE/RL; Radio Free Europe; Radio Free Europe/Radio Liberty; Радио Свобода = rferl.org svoboda.org
ria: RIA Novosti; RIA; РИА Новости; РИА = ria.ru
rt: RT; Russia Today = rt.com
rte: RTÉ; RTE; RTÉ News = rte.ie
sankei: Sankei Shimbun; 産経新聞; 産経ニュース = sankei.com
sanfranciscochronicle: San Francisco Chronicle; SF Chronicle; The San Francisco Chronicle = sfchronicle.com
scmp: South China Morning Post; SCMP; The South China Morning Post; 南华早报; 南華早報 = scmp.com
sky: Sky News = news.sky.com
skyaustralia: Sky News Australia = skynews.com.au
skysports: Sky Sports = skysports.com
smh: The Sydney Morning Herald; Sydney Morning Herald; SMH = smh.com.au
spiegel: Der Spiegel; DER SPIEGEL; Spiegel; Spiegel Online; SPIEGEL International = spiegel.de
straitstimes: The Straits Times; Straits Times; 海峡时报 = straitstimes.com
sueddeutsche: Süddeutsche Zeitung; Süddeutsche; Sueddeutsche Zeitung; SZ = sueddeutsche.de sz.de
sun: The Sun; The US Sun; The Sun UK; The Scottish Sun = thesun.co.uk the-sun.com thesun.ie thescottishsun.co.uk
svd: Svenska Dagbladet; SvD = svd.se
sverigesradio: Sveriges Radio; SR; SR Ekot; Ekot = sverigesradio.se sr.se
svt: SVT; SVT Nyheter; Sveriges Television = svt.se
tagesschau: tagesschau; Tagesschau.de; ARD Tagesschau = tagesschau.de
tass: TASS; ТАСС = tass.ru tass.com
taz: taz; die tageszeitung; taz.de = taz.de
thepaper: 澎湃新闻; 澎湃; The Paper; ThePaper; Sixth Tone 澎湃 = thepaper.cn
time: Time; TIME Magazine; Time Magazine; TIME.com = time.com
times: The Times; The Sunday Times; Times of London; The Times of London; The Times UK = thetimes.co.uk \
thetimes.com thesundaytimes.co.uk
timesofindia: The Times of India; Times of India; TOI = timesofindia.indiatimes.com timesofindia.com
timesofisrael: The Times of Israel; Times of Israel = timesofisrael.com
tmtpost: 钛媒体; TMTPost = tmtpost.com
usatoday: USA Today; USA TODAY = usatoday.com
usnews: U.S. News & World Report; US News & World Report; U.S. News; US News = usnews.com
vedomosti: Vedomosti; Ведомости = vedomosti.ru
vg: VG; Verdens Gang = vg.no
vice: Vice; VICE News = vice.com
voa: Voice of America; VOA; VOA News; 美国之音 = voanews.com voachinese.com
wallstreetjournal: The Wall Street Journal; Wall Street Journal; WSJ; 华尔街日报 = wsj.com
wallstreetcn: 华尔街见闻; Wallstreetcn; WallStreetCN = wallstreetcn.com
washingtonpost: The Washington Post; Washington Post; WaPo = washingtonpost.com
welt: Die Welt; WELT; Welt am Sonntag = welt.de
wired: Wired; WIRED = wired.com
xinhua: Xinhua; Xinhua News Agency; Xinhuanet; 新华社; 新华网; 新華社; 新華網; 新华每日电讯 = \
xinhuanet.com news.cn xinhua.org
yahoo: Yahoo; Yahoo News; Yahoo Finance; Yahoo Sports; Yahoo Entertainment; Yahoo!ニュース; 雅虎 = yahoo.com yahoo.co.jp
yicai: 第一财经; Yicai; Yicai Global = yicai.com yicaiglobal.com
yle: Yle; Yle Uutiset; Yleisradio = yle.fi
yomiuri: Yomiuri Shimbun; The Yomiuri Shimbun; The Japan News; 読売新聞; 読売新聞オンライン = yomiuri.co.jp
yonhap: Yonhap; Yonhap News Agency; Yonhap News; 연합뉴스; 韩联社 = yna.co.kr yonhapnews.co.kr
zdf: ZDF; ZDFheute; ZDF heute = zdf.de zdfheute.de
zeit: Die Zeit; ZEIT ONLINE; Zeit; DIE ZEIT = zeit.de
"""
"""The publishers of the major news sites that are read most in the languages of the corpora (judgement)."""

AGGREGATORS: Final = """
Google News; Google Alerts; Google = news.google.com google.com feedproxy.google.com
Bing News; Bing = bing.com
MSN; Microsoft Start = msn.com
Yahoo portal = yahoo.com yahoo.co.jp
AOL = aol.com
Hacker News; HN; Hacker News Front Page = news.ycombinator.com hnrss.org
Lobsters; Lobste.rs = lobste.rs
Reddit = reddit.com redd.it
Techmeme = techmeme.com
Memeorandum = memeorandum.com
TechURLs = techurls.com
BizToc = biztoc.com
Flipboard = flipboard.com flip.it
Feedly = feedly.com
Inoreader = inoreader.com
NewsBlur = newsblur.com
FeedBurner = feedburner.com
Ground News = ground.news
NewsBreak; News Break = newsbreak.com newsbreakapp.com
SmartNews = smartnews.com
NewsNow = newsnow.co.uk newsnow.com
Apple News = apple.news
Dailyhunt = dailyhunt.in
Upday = upday.com
Mynewsdesk = mynewsdesk.com
今日热榜; TopHub = tophub.today remai.today
NewsNow Aggregator = newsnow.busiyi.world
Buzzing = buzzing.cc
今日头条; Toutiao = toutiao.com
百家号; 百度; 百度新闻; Baidu = baidu.com
搜狐; Sohu = sohu.com
网易; NetEase = 163.com
新浪; 新浪网; Sina = sina.com.cn sina.cn sina.com
腾讯网; 腾讯新闻; QQ = qq.com
微博; Weibo = weibo.com weibo.cn
知乎; Zhihu = zhihu.com
Naver = naver.com
Daum = daum.net
X; Twitter = twitter.com x.com t.co
Facebook = facebook.com fb.me
LinkedIn = linkedin.com lnkd.in
YouTube = youtube.com youtu.be
Telegram = t.me telegram.org
Medium = medium.com
Bluesky = bsky.app
Mastodon = mastodon.social
GitHub = github.com
archive.is = archive.is archive.ph archive.today archive.org
Bitly = bit.ly buff.ly ow.ly tinyurl.com dlvr.it trib.al goo.gl is.gd
"""
"""Places that show what others publish, and those where everybody does: there the name of an outlet says more than
the host. As an outlet's name, theirs says less than another host."""

PLATFORMS: Final = frozenset(
    "wordpress.com substack.com tumblr.com typepad.com livejournal.com medium.com hatenablog.com over-blog.com"
    " beehiiv.com ghost.io weebly.com wixsite.com blogspot.com blogger.com github.io gitlab.io pages.dev vercel.app"
    " netlify.app bearblog.dev micro.blog posterous.com squarespace.com canalblog.com skyrock.com"
    " cocolog-nifty.com".split()
)
"""Domains whose subdomains belong to different people."""
