"""Where registered names end: the domains of two labels under which anybody can have a name, as ClickHouse knows them.

ClickHouse looks no further than two labels: `a.b.kawasaki.jp` is a name under `jp`. The table was made by asking it.
"""

from __future__ import annotations

from functools import cache

_SECOND_LEVELS = """
ac: com drr edu gov mil net org
academy: official
ad: nom
ae: ac blogspot co gov mil net org sch
aero: accident-investigation accident-prevention aerobatic aeroclub aerodrome agents air-surveillance
  air-traffic-control aircraft airline airport airtraffic ambulance amusement association author ballooning broker
  caa cargo catering certification championship charter civilaviation club conference consultant consulting control
  council crew design dgca educator emergency engine engineer entertainment equipment exchange express federation
  flight fuel gliding government groundhandling group hanggliding homebuilt insurance journal journalist leasing
  logistics magazine maintenance media microlight modelling navigation parachuting paragliding passenger-association
  pilot press production recreation repbody res research rotorcraft safety scientist services show skydiving
  software student trader trading trainer union workinggroup works
af: com edu gov net org
ag: co com net nom org
ai: com net off org uwu
al: blogspot com edu gov mil net org
am: blogspot co com commune neko net nyaa org radio
ao: co ed gv it og pb
app: bookonline clerk clerkstage deta easypanel edgecompute encr fireweb framer hasura loginline messerli netlify
  ngrok ngrok-free noop ondigitalocean onflashdrive platform0 run snowflake storipress streamlit telebit typedream
  vercel web wnext
ar: bet com coop edu gob gov int mil musica mutual net org senasa tur
arpa: e164 in-addr ip6 iris uri urn
as: gov
asia: cloudns
at: 123webseite 12hp 2ix 4lima ac biz co futurehosting futuremailing gv info lima-city myspreadshop or priv
au: act asn com conf edu gov id info net nsw nt org oz qld sa tas vic wa
aw: com
ax: be cat es eu gg mc us xy
az: biz com edu gov info int mil name net org pp pro
ba: blogspot com edu gov mil net org rs
basketball: aus nz
bb: biz co com edu gov info net org store tv
be: 123website ac blogspot myspreadshop webhosting
bf: gov
bg: 0 1 2 3 4 5 6 7 8 9 a b barsy blogspot c d e f g h i j k l m n o p q r s t u v w x y z
bh: com edu gov net org
bi: co com edu or org
biz: activetrail cloudns dscloud dyndns for-better for-more for-some for-the jozi mmafan myftp no-ip orx selfip
  webhop
bj: africa agro architectes assur avocats blogspot co com eco econo edu info loisirs money net org ote restaurant
  resto tourism univ
bm: com edu gov net org
bn: co com edu gov net org
bo: academia agro arte blog bolivia ciencia com cooperativa democracia deporte ecologia economia edu empresa gob
  indigena industria info int medicina mil movimiento musica natural net nombre noticias org patria plurinacional
  politica profesional pueblo revista salud tecnologia tksat transporte tv web wiki
br: 9guacu abc adm adv agr aju am anani aparecida app arq art ato b barueri belem bhz bib bio blog bmd boavista bsb
  campinagrande campinas caxias cim cng cnt com contagem coop coz cri cuiaba curitiba def des det dev ecn eco edu
  emp enf eng esp etc eti far feira flog floripa fm fnd fortal fot foz fst g12 geo ggf goiania gov gru imb ind inf
  jab jampa jdf joinville jor jus leg lel log londrina macapa maceio manaus maringa mat med mil morena mp mus natal
  net niteroi not ntr odo ong org osasco palmas poa ppg pro psc psi pvh qsl radio rec recife rep ribeirao rio
  riobranco riopreto salvador sampa santamaria santoandre saobernardo saogonca seg sjc slg slz sorocaba srv taxi tc
  tec teo the tmp trd tur tv udi vet vix vlog wiki zlg
bs: com edu gov net org we
bt: com edu gov net org
builders: cloudsite
business: co
bw: co org
by: com gov mediatech mil mycloud of
bz: com edu gov gsj net org za
ca: ab barsy bc blogspot co gc mb myspreadshop nb nf nl no-ip ns nt nu on pe qc sk yk
cc: cloudns csx fantasyleague ftpaccess game-server myphotos scrapping twmail
cd: gov
cf: blogspot
ch: 123website 12hp 2ix 4lima blogspot dnsking gotdns lima-city linkyard-cloud myspreadshop square7
ci: ac asso aéroport co com ed edu fin go gouv int md net nl or org presse
cl: blogspot co gob gov mil
cloud: diadem elementor jele jotelulu keliweb kuleuven linkyard oxa perspecta primetel ravendb trafficplex urown
  vapor voorloper
club: barsy cloudns jele
cm: co com gov net
cn: ac ah bj canva-apps com cq edu fj gd gov gs gx gz ha hb he hi hk hl hn instantcloud jl js jx ln mil mo net nm nx
  org qh sc sd sh sn sx tj tw xj xz yn zj 公司 網絡 网络
co: arts carrd com crd edu firewalledreplit firm gov info int leadpages lpages mil mypi n4t net nom org rec repl
  supabase web
com: 001www 180r 1kapp 3utilities 4u adobeaemcloud africa airkitapps airkitapps-au aivencloud alpha-myqnapcloud
  amscompute appchizi applinzi appspacehosted appspaceusercontent appspot ar authgear-staging authgearapps
  awsglobalaccelerator awsmppl balena-devices barsycenter barsyonline betainabox blogdns blogspot blogsyte bloxcms
  bounty-full boutir bplaced br builtwithdark cafjs canva-apps cechire cf-ipfs ciscofreak cloudcontrolapp
  cloudcontrolled cloudflare-ipfs cn co codespot damnserver dattolocal dattorelay dattoweb ddns5 ddnsfree ddnsgeek
  ddnsking ddnslive de dev-myqnapcloud discordsays discordsez ditchyourip dnsalias dnsdojo dnsiskinky doesntexist
  dojin dontexist doomdns dopaas drayddns dreamhosters dsmynas dyn-o-saur dynalias dyndns-at-home dyndns-at-work
  dyndns-blog dyndns-free dyndns-home dyndns-ip dyndns-mail dyndns-office dyndns-pics dyndns-remote dyndns-server
  dyndns-web dyndns-wiki dyndns-work dynns elasticbeanstalk encoreapi est-a-la-maison est-a-la-masion est-le-patron
  est-mon-blogueur eu familyds fastly-edge fastly-terrarium fastvps-server firebaseapp firewall-gateway fldrv
  forgeblocks framercanvas freebox-os freeboxos freemyip from-ak from-al from-ar from-ca from-ct from-dc from-de
  from-fl from-ga from-hi from-ia from-id from-il from-in from-ks from-ky from-ma from-md from-mi from-mn from-mo
  from-ms from-mt from-nc from-nd from-ne from-nh from-nj from-nm from-nv from-oh from-ok from-or from-pa from-pr
  from-ri from-sc from-sd from-tn from-tx from-ut from-va from-vt from-wa from-wi from-wv from-wy geekgalaxy
  gentapps gentlentapis getmyip giize githubusercontent gleeze googleapis googlecode gotdns gotpantheon gr
  health-carereform herokuapp herokussl hk hobby-site homelinux homesecuritymac homesecuritypc homeunix hostedpi
  hotelwithflight hu iamallama impertrix impertrixcdn is-a-anarchist is-a-blogger is-a-bookkeeper is-a-bulls-fan
  is-a-caterer is-a-chef is-a-conservative is-a-cpa is-a-cubicle-slave is-a-democrat is-a-designer is-a-doctor
  is-a-financialadvisor is-a-geek is-a-green is-a-guru is-a-hard-worker is-a-hunter is-a-landscaper is-a-lawyer
  is-a-liberal is-a-libertarian is-a-llama is-a-musician is-a-nascarfan is-a-nurse is-a-painter is-a-personaltrainer
  is-a-photographer is-a-player is-a-republican is-a-rockstar is-a-socialist is-a-student is-a-teacher is-a-techie
  is-a-therapist is-an-accountant is-an-actor is-an-actress is-an-anarchist is-an-artist is-an-engineer
  is-an-entertainer is-certified is-gone is-into-anime is-into-cars is-into-cartoons is-into-games is-leet
  is-not-certified is-slick is-uberleet is-with-theband isa-geek isa-hockeynut issmarterthanyou it jdevcloud jpn
  kasserver kilatiron kozow kr ktistory ladesk likes-pie likescandy logoip loseyourip lpusercontent mazeplay
  messwithdns meteorapp mex miniserver myactivedirectory myasustor mydatto mydobiss mydrobo myiphost myqnapcloud
  mysecuritycamera myshopblocks myshopify myspreadshop mytabit mytuleap myvnc neat-url net-freaks nfshost no
  on-aptible onfabrica onrender onthewifi ooguy operaunite orsites outsystemscloud ownprovider pagefrontapp
  pagespeedmobilizer pagexl pgfog pixolino platter-app playstation-cloud pleskns point2this postman-echo
  publishproxy pythonanywhere qa2 qbuser qc qualifioapp quicksytes rackmaze remotewd reservd reserve-online rhcloud
  ru sa sakuratan sakuraweb saves-the-whales scrysec securitytactics selfip sells-for-less sells-for-u servebbs
  servebeer servecounterstrike serveexchange serveftp servegame servehalflife servehttp servehumour serveirc
  servemp3 servep2p servepics servequake servesarcasm shopitsite siiites simple-url simplesite sinaapp skygearapp
  smushcdn space-to-rent stackhero-network streamlitapp stufftoread teaches-yoga temp-dns theworkpc thingdustdata
  townnews-staging try-snowplow trycloudflare tuleap-partners uk unusualperson us uy vipsinaapp wafflecell
  withgoogle withyoutube wixsite woltlab-demo workisboring wpdevcloud wpenginepowered wphostedmail wpmucdn
  writesthisblog x0 xnbay yolasite za
community: myforum nog ravendb
cool: de elementor
cr: ac co ed fi go or sa
cu: com edu gov inf net org
cv: blogspot com edu int nome org
cw: com edu net org
cx: ath gov info
cy: ac biz com ekloges gov ltd mil net org press pro tm
cz: blogspot co e4 realm
de: 123webseite 12hp 2ix 4lima barsy blogspot bplaced com community-pro dd-dns ddnss diskussionsbereich dnshome
  dnsupdater dray-dns draydns dyn-berlin dyn-ip24 dyn-vpn dynamisches-dns dyndns1 dynvpn firewall-gateway
  fuettertdasnetz git-repos goip günstigbestellen günstigliefern home-webserver in-berlin in-brb in-butter in-dsl
  in-vpn internet-dns iservschule isteingeek istmein keymachine l-o-g-i-n lcube-server lebtimnetz leitungsen
  lima-city logoip mein-iserv mein-vigor my-gateway my-router my-vigor my-wan myhome-server myspreadshop
  schulplattform schulserver spdns square7 svn-repos syno-ds synology-diskstation synology-ds taifun-dns test-iserv
  traeumtgerade virtual-user virtualuser
design: bss
dev: autocode curv deno deno-staging deta fly githubpreview iserv loginline mediatech ngrok ngrok-free pages
  platter-app r2 shiftcrypto vercel workers
digital: cloudapps
dk: 123hjemmeside biz blogspot co firm myspreadshop reg store
dm: com edu gov net org
do: art com edu gob gov mil net org sld web
dz: art asso com edu gov net org pol soc tm
ec: base com edu fin gob gov info k12 med mil net official org pro
education: co
ee: aip com edu fie gov lib med org pri riik
eg: com edu eun gov mil name net org sci
es: 123miweb com edu gob myspreadshop nom org
et: biz com edu gov info name net org
eu: airkitapps barsy cloudns diskstation mycd spdns wellbeingzone
events: co koobin
faith: ybo
farm: storj
fi: 123kotisivu aland blogspot dy häkkinen iki kapsi myspreadshop
financial: co
fj: ac biz com gov info mil name net org pro
fm: com edu net org radio
fr: 123siteweb aeroport asso avocat avoues blogspot cci chambagri chirurgiens-dentistes
  chirurgiens-dentistes-en-france com dedibox en-root experts-comptables fbx-os fbxos freebox-os freeboxos
  geometre-expert goupile gouv greta huissier-justice medecin myspreadshop nom notaires on-web pharmacien port prd
  tm veterinaire ynh
gd: edu gov
gdn: cnpy
ge: com edu gov mil net org pvt
gg: co cya kaas net org panel
gh: com edu gov mil org
gi: com edu gov ltd mod org
gl: biz co com edu net org xx
gn: ac com edu gov net org
goog: cloud translate
gp: app asso com edu mobi net org
gr: blogspot com edu gov net org simplesite
group: discourse
gt: blog com de edu gob ind mil net org to
gu: com edu gov guam info net org web
gy: be co com edu gov net org
health: hra
hk: blogspot com edu gov idv inc ltd net org secaas 个人 個人 公司 政府 敎育 教育 箇人 組織 組织 網絡 網络 组織 组织
  网絡 网络
hn: cc com edu gob mil net org
host: cloudaccess easypanel fastvps freesite half jele mircloud myfast pcloud tempurl wpmudev
hosting: opencraft
hr: blogspot com free from iz name
ht: adult art asso com coop edu firm gouv info med net org perso pol pro rel shop
hu: 2000 agrar blogspot bolt casino city co erotica erotika film forum games hotel info ingatlan jogasz konyvelo
  lakas media news org priv reklam sex shop sport suli szex tm tozsde utazas video
id: ac biz co desa flap forte go mil my net or ponpes sch web
ie: blogspot gov myspreadshop
il: ac co gov idf k12 muni net org
im: ac co com net org ro tt tv
in: 5g 6g ac ai am barsy bihar biz blogspot business ca cloudns cn co com coop cs delhi dr edu er firm gen gov
  gujarat ind info int internet io me mil net nic org pg post pro res supabase travel tv uk up us web
info: barrel-of-knowledge barrell-of-knowledge barsy cloudns dnsupdate dvrcam dynamic-dns dyndns for-our forumz
  groks-the groks-this here-for-more ilovecollege knowsitall mayfirst no-ip nsupdate selfip v-info webhop
int: eu
io: 2038 apigee b-data backplaneapp barsy basicserver beagleboard bitbucket bluebite boxfuse browsersafetymark
  cleverapps com dedyn definima drud dyn53 editorx edugit fh-muenster ghost github gitlab hasura-app hostyhosting
  hzc jele loginline lolipop mo-siemens musician ngrok nid pantheonsite protonet pstmn qcx qoto readthedocs
  resindevice sandcats shiftcrypto shiftedit shw spacekit telebit tickets upli utwente vaporcloud virtualserver
  webthings wedeploy
iq: com edu gov mil net org
ir: ac co gov id net org sch ايران ایران
is: blogspot com cupcake edu gov int net org
it: 123homepage 16-b 32-b 64-b abr abruzzo ag agrigento al alessandria alto-adige altoadige an ancona
  andria-barletta-trani andria-trani-barletta andriabarlettatrani andriatranibarletta ao aosta aosta-valley
  aostavalley aoste ap aq aquila ar arezzo ascoli-piceno ascolipiceno asti at av avellino ba balsan balsan-sudtirol
  balsan-suedtirol balsan-südtirol bari barletta-trani-andria barlettatraniandria bas basilicata belluno benevento
  bergamo bg bi biella bl blogspot bn bo bologna bolzano bolzano-altoadige bozen bozen-sudtirol bozen-suedtirol
  bozen-südtirol br brescia brindisi bs bt bulsan bulsan-sudtirol bulsan-suedtirol bulsan-südtirol bz ca cagliari
  cal calabria caltanissetta cam campania campidano-medio campidanomedio campobasso carbonia-iglesias
  carboniaiglesias carrara-massa carraramassa caserta catania catanzaro cb ce cesena-forli cesena-forlì cesenaforli
  cesenaforlì ch chieti ci cl cn co como cosenza cr cremona crotone cs ct cuneo cz dell-ogliastra dellogliastra edu
  emilia-romagna emiliaromagna emr en enna fc fe fermo ferrara fg fi firenze florence fm foggia forli-cesena
  forlicesena forlì-cesena forlìcesena fr friuli-v-giulia friuli-ve-giulia friuli-vegiulia friuli-venezia-giulia
  friuli-veneziagiulia friuli-vgiulia friuliv-giulia friulive-giulia friulivegiulia friulivenezia-giulia
  friuliveneziagiulia friulivgiulia frosinone fvg ge genoa genova go gorizia gov gr grosseto ibxos iglesias-carbonia
  iglesiascarbonia iliadboxos im imperia is isernia kr la-spezia laquila laspezia latina laz lazio lc le lecce lecco
  li lig liguria livorno lo lodi lom lombardia lombardy lt lu lucania lucca macerata mantova mar marche
  massa-carrara massacarrara matera mb mc me medio-campidano mediocampidano messina mi milan milano mn mo modena mol
  molise monza monza-brianza monza-e-della-brianza monzabrianza monzaebrianza monzaedellabrianza ms mt myspreadshop
  na naples napoli no novara nu nuoro og ogliastra olbia-tempio olbiatempio or oristano ot pa padova padua palermo
  parma pavia pc pd pe perugia pesaro-urbino pesarourbino pescara pg pi piacenza piedmont piemonte pisa pistoia pmn
  pn po pordenone potenza pr prato pt pu pug puglia pv pz ra ragusa ravenna rc re reggio-calabria reggio-emilia
  reggiocalabria reggioemilia rg ri rieti rimini rm rn ro roma rome rovigo sa salerno sar sardegna sardinia sassari
  savona si sic sicilia sicily siena siracusa so sondrio sp sr ss suedtirol sv syncloud südtirol ta taa taranto te
  tempio-olbia tempioolbia teramo terni tn to torino tos toscana tp tr trani-andria-barletta trani-barletta-andria
  traniandriabarletta tranibarlettaandria trapani trentin-sud-tirol trentin-sudtirol trentin-sued-tirol
  trentin-suedtirol trentin-süd-tirol trentin-südtirol trentino trentino-a-adige trentino-aadige trentino-alto-adige
  trentino-altoadige trentino-s-tirol trentino-stirol trentino-sud-tirol trentino-sudtirol trentino-sued-tirol
  trentino-suedtirol trentino-süd-tirol trentino-südtirol trentinoa-adige trentinoaadige trentinoalto-adige
  trentinoaltoadige trentinos-tirol trentinostirol trentinosud-tirol trentinosudtirol trentinosued-tirol
  trentinosuedtirol trentinosüd-tirol trentinosüdtirol trentinsud-tirol trentinsudtirol trentinsued-tirol
  trentinsuedtirol trentinsüd-tirol trentinsüdtirol trento treviso trieste ts turin tuscany tv ud udine umb umbria
  urbino-pesaro urbinopesaro va val-d-aosta val-daosta vald-aosta valdaosta valle-aosta valle-d-aosta valle-daosta
  valleaosta valled-aosta valledaosta vallee-aoste vallee-d-aoste valleeaoste valleedaoste vallée-aoste
  vallée-d-aoste valléeaoste valléedaoste vao varese vb vc vda ve ven veneto venezia venice verbania vercelli verona
  vi vibo-valentia vibovalentia vicenza viterbo vr vs vt vv
je: co net of org
jo: com edu gov mil name net org sch
jp: 2-d ac ad aichi akita angry aomori babyblue babymilk backdrop bambina bitter blogspot blush bona boo boy
  boyfriend but buyshop candypop capoo catfood cheap chiba chicappa chillout chips chowder chu ciao co cocotte
  coolblog cranky crap cutegirl daa daynight deca deci digick ed eek egoism ehime fakefur fashionstore fem flier
  flop floppy fool frenchkiss fukui fukuoka fukushima gifu girlfriend girly gloomy go gonna gr greater gunma hacca
  halfmoon handcrafted heavy her hiho hippy hiroshima hokkaido holy hungry hyogo ibaraki icurus ishikawa itigo iwate
  jeez jellybean kagawa kagoshima kanagawa kawaiishop kikirara kill kilo kochi kumamoto kuron kyoto lg littlestar
  lolipopmc lolitapunk lomo lovepop lovesick main matrix mie mimoza miyagi miyazaki mods mond mongolian moo nagano
  nagasaki namaste nara ne netgamers niigata nikita nobushi noor nyanta o0o0 oita okayama okinawa oops or osaka
  parallel parasite pecori peewee penne pepper perma pigboat pinoko punyu pupu pussycat pya raindrop rdy readymade
  rgr rulez sadist saga saitama saloon sblo schoolbus secret shiga shimane shizuoka skr staba stripper sub sunnyday
  supersale tank theshop thick tochigi tokushima tokyo tonkotsu tottori toyama uh-oh under undo upper usercontent
  velvet verse versus vivian wakayama watson weblike websozai whitesnow xii yamagata yamaguchi yamanashi zombie 三重
  京都 佐賀 兵庫 北海道 千葉 和歌山 埼玉 大分 大阪 奈良 宮城 宮崎 富山 山口 山形 山梨 岐阜 岡山 岩手 島根 広島 徳島
  愛媛 愛知 新潟 東京 栃木 沖縄 滋賀 熊本 石川 神奈川 福井 福岡 福島 秋田 群馬 茨城 長崎 長野 青森 静岡 香川 高知
  鳥取 鹿児島
ke: ac co go info me mobi ne or sc
kg: blog com edu gov io jp mil net org tv uk us
ki: biz com edu gov info net org
km: ass asso com coop edu gouv gov medecin mil nom notaires org pharmaciens prd presse tm veterinaire
kn: edu gov net org
kp: com edu gov org rep tra
kr: ac blogspot busan chungbuk chungnam co daegu daejeon es gangwon go gwangju gyeongbuk gyeonggi gyeongnam hs
  incheon jeju jeonbuk jeonnam kg mil ms ne or pe re sc seoul ulsan
krd: co edu
kw: com edu emb gov ind net org
ky: com edu net org
kz: com edu gov jcloud mil net org
la: bnr c com edu gov info int net org per
land: static
lb: com edu gov net org
lc: co com edu gov net org oy
li: blogspot caa
link: cyon mypep
live: hlx
lk: ac assn com edu gov grp hotel int ltd net ngo org sch soc web
lol: omg
lr: com edu gov net org
ls: ac biz co de edu gov info net org sc
lt: blogspot gov
lu: 123website blogspot
lv: asn com conf edu gov id mil net org
ly: com edu gov id med net org plc sch
ma: ac co gov net org press
management: router
mc: asso tm
md: at blogspot de jp to
me: ac barsy brasilia c66 co daplie ddns diskstation dnsfor dscloud edgestack edu filegear filegear-au filegear-de
  filegear-gb filegear-ie filegear-jp filegear-sg glitch gov hopto i234 its loginto lohmus mcdir mcpe myds net
  nohost noip org priv ravendb soundcast synology tcp4 vp4 webhop wedeploy yombo
media: framer
menu: barsy
mg: co com edu gov mil nom org prd tm
mk: blogspot com edu gov inf name net org
ml: com edu gouv gov net org presse
mn: edu gov nyc org
mo: com edu gov net org
mobi: barsy dscloud
mp: ju
mr: blogspot gov
ms: com edu gov lab minisite net org
mt: com edu net org
mu: ac co com gov net or org
mv: aero biz com coop edu gov info int mil museum name net org pro
mw: ac biz co com coop edu gov int museum net org
mx: blogspot com edu gob net org
my: biz blogspot com edu gov mil name net org
mz: ac adv co edu gov mil net org
na: ca cc co com dr in info mobi mx name or org pro school tv us ws
nc: asso nom
net: adobeaemcloud adobeio-static adobeioruntime akadns akamai akamai-staging akamaiedge akamaiedge-staging akamaihd
  akamaihd-staging akamaiorigin akamaiorigin-staging akamaized akamaized-staging alwaysdata appudo at-band-camp
  azure-mobile azurestaticapps azurewebsites bar0 bar1 bar2 barsy bitbridge blackbaudcdn blogdns boomla bounceme
  bplaced broke-it buyshouses casacam cdn-edges cdn77-ssl channelsdvr clickrising cloudaccess cloudapp cloudfront
  cloudfunctions cloudjiffy cloudycluster community-pro dattolocal ddns debian definima dnsalias dnsdojo dnsup
  does-it dontexist dsmynas dynalias dynathome dynu dynv6 eating-organic edgeapp edgekey edgekey-staging edgesuite
  edgesuite-staging endofinternet familyds fastlylb faststacks feste-ip firewall-gateway flynnhosting from-az
  from-co from-la from-ny gb gets-it ham-radio-op heteml hicam homeftp homeip homelinux homeunix hu in in-dsl
  in-the-band in-vpn iobb ipifony is-a-chef is-a-geek isa-geek jp kicks-ass kinghost knx-server krellian meinforum
  memset moonscale myamaze mydatto mydissent myeffect myfritz mymediapc mypsx mysecuritycamera myspreadshop nhlfan
  no-ip now-dns office-on-the onavstack ownip pgafan podzone privatizehealthinsurance rackmaze redirectme
  reserve-online ru schokokeks scrapper-site se seidat selfip sells-it senseering servebbs serveblog serveftp
  serveminecraft shopselect siteleaf square7 squares static-access supabase sytes t3l3p0rt thruhere torproject ts
  twmail uk uni5 vpndns vps-host webhop yandexcloud za
network: arvo azimuth co tlon
news: noticeable
nf: arts com firm info net other per rec store web
ng: col com edu firm gen gov i ltd mil mobi name net ngo org sch
ni: ac biz co com edu gob in info int mil net nom org web
nl: 123website blogspot cistron co demon gov hosting-cluster khplay myspreadshop
no: 123hjemmeside aa aarborte aejrie afjord agdenes ah aknoluokta akrehamn al alaheadju alesund algard alstahaug
  alta alvdal amli amot andasuolo andebu andoy andøy ardal aremark arendal arna aseral asker askim askoy askvoll
  askøy asnes audnedaln aukra aure aurland aurskog-holand aurskog-høland austevoll austrheim averoy averøy badaddja
  bahcavuotna bahccavuotna baidar bajddar balat balestrand ballangen balsfjord bamble bardu barum batsfjord
  bearalvahki bearalváhki beardu beiarn berg bergen berlevag berlevåg bievat bievát bindal birkenes bjarkoy bjarkøy
  bjerkreim bjugn blogspot bodo bodø bokn bomlo bremanger bronnoy bronnoysund brumunddal bryne brønnøy brønnøysund
  bu budejju bygland bykle báhcavuotna báhccavuotna báidár bájddar bálát bådåddjå båtsfjord bærum bømlo cahcesuolo
  co davvenjarga davvenjárga davvesiida deatnu dep dielddanuorri divtasvuodna divttasvuotna donna dovre drammen
  drangedal drobak drøbak dyroy dyrøy dønna egersund eid eidfjord eidsberg eidskog eidsvoll eigersund elverum
  enebakk engerdal etne etnedal evenassi evenes evenášši evje-og-hornnes farsund fauske fedje fet fetsund fhs finnoy
  finnøy fitjar fjaler fjell fla flakstad flatanger flekkefjord flesberg flora floro florø flå fm folkebibl folldal
  forde forsand fosnes frana fredrikstad frei frogn froland frosta froya fræna frøya fuoisku fuossko fusa fylkesbibl
  fyresdal førde gaivuotna galsa gamvik gangaviika gaular gausdal giehtavuoatna gildeskal gildeskål giske gjemnes
  gjerdrum gjerstad gjesdal gjovik gjøvik gloppen gol gran grane granvin gratangen grimstad grong grue gulen
  guovdageaidnu gáivuotna gálsá gáŋgaviika ha habmer hadsel hagebostad halden halsa hamar hamaroy hammarfeasta
  hammerfest hapmir haram hareid harstad hasvik hattfjelldal haugesund hemne hemnes hemsedal herad hitra hjartdal
  hjelmeland hl hm hobol hobøl hof hokksund hol hole holmestrand holtalen holtålen honefoss hornindal horten
  hoyanger hoylandet hurdal hurum hvaler hyllestad hábmer hámmárfeasta hápmir hå hægebostad hønefoss høyanger
  høylandet ibestad idrett inderoy inderøy iveland ivgu jan-mayen jessheim jevnaker jolster jondal jorpeland jølster
  jørpeland kafjord karasjohka karasjok karlsoy karmoy karmøy kautokeino kirkenes klabu klepp klæbu kommune
  kongsberg kongsvinger kopervik kraanghke kragero kragerø kristiansand kristiansund krodsherad krokstadelva
  kråanghke krødsherad kvafjord kvalsund kvam kvanangen kvinesdal kvinnherad kviteseid kvitsoy kvitsøy kvæfjord
  kvænangen kárášjohka kåfjord laakesvuemie lahppi langevag langevåg lardal larvik lavagis lavangen leangaviika
  leaŋgaviika lebesby leikanger leirfjord leirvik leka leksvik lenvik lerdal lesja levanger lier lierne lillehammer
  lillesand lindas lindesnes lindås loabat loabát lodingen lom loppa lorenskog loten lund lunner luroy lurøy luster
  lyngdal lyngen láhppi lærdal lødingen lørenskog løten malatvuopmi malselv malvik mandal marker marnardal
  masfjorden masoy matta-varjjat meland meldal melhus meloy meløy meraker meråker midsund midtre-gauldal mil
  mjondalen mjøndalen mo-i-rana moareke modalen modum molde mosjoen mosjøen moskenes moss mosvik moåreke mr muosat
  muosát museum myspreadshop málatvuopmi mátta-várjjat målselv måsøy naamesjevuemie namdalseid namsos namsskogan
  nannestad naroy narviika narvik naustdal navuotna nedre-eiker nesna nesodden nesoddtangen nesseby nesset nissedal
  nittedal nl nord-aurdal nord-fron nord-odal norddal nordkapp nordre-land nordreisa nore-og-uvdal notodden notteroy
  nt návuotna nååmesjevuemie nærøy nøtterøy odda of oksnes ol omasvuotna oppdal oppegard oppegård orkanger orkdal
  orland orskog orsta osen oslo osoyro osteroy osterøy ostre-toten osøyro overhalla ovre-eiker oyer oygarden
  oystre-slidre porsanger porsangu porsgrunn porsáŋgu priv rade radoy radøy rahkkeravju raholt raisa rakkestad
  ralingen rana randaberg rauma rendalen rennebu rennesoy rennesøy rindal ringebu ringerike ringsaker risor rissa
  risør rl roan rodoy rollag romsa romskog roros rost royken royrvik ruovat rygge ráhkkerávju ráisa råde råholt
  rælingen rødøy rømskog røros røst røyken røyrvik salangen salat saltdal samnanger sandefjord sandnes sandnessjoen
  sandnessjøen sandoy sandøy sarpsborg sauda sauherad sel selbu selje seljord sf siellak sigdal siljan sirdal skanit
  skanland skaun skedsmo skedsmokorset ski skien skierva skiervá skiptvet skjak skjervoy skjervøy skjåk skodje
  skánit skånland slattum smola smøla snaase snasa snillfjord snoasa snåase snåsa sogndal sogne sokndal sola solund
  somna sondre-land songdalen sor-aurdal sor-fron sor-odal sor-varanger sorfold sorreisa sortland sorum spjelkavik
  spydeberg st stange stat stathelle stavanger stavern steigen steinkjer stjordal stjordalshalsen stjørdal
  stjørdalshalsen stokke stor-elvdal stord stordal storfjord strand stranda stryn sula suldal sund sunndal surnadal
  svalbard sveio svelvik sykkylven sálat sálát søgne sømna søndre-land sør-aurdal sør-fron sør-odal sør-varanger
  sørfold sørreisa sørum tana tananger time tingvoll tinn tjeldsund tjome tjøme tm tokke tolga tonsberg torsken tr
  trana tranby tranoy tranøy troandin trogstad tromsa tromso tromsø trondheim trysil træna trøgstad tvedestrand
  tydal tynset tysfjord tysnes tysvar tysvær tønsberg ullensaker ullensvang ulvik unjarga unjárga utsira va vaapste
  vadso vadsø vaga vagan vagsoy vaksdal valle vang vanylven vardo vardø varggat varoy vefsn vega vegarshei vegårshei
  vennesla verdal verran vestby vestnes vestre-slidre vestre-toten vestvagoy vestvågøy vevelstad vf vgs vik vikna
  vindafjord voagat volda voss vossevangen várggát vågan vågsøy vågå værøy ákŋoluokta álaheadju áltá åfjord åkrehamn
  ål ålesund ålgård åmli åmot årdal ås åseral åsnes øksnes ørland ørskog ørsta østre-toten øvre-eiker øyer øygarden
  øystre-slidre čáhcesuolo
nr: biz com edu gov info net org
nu: enterprisecloud merseine mine shacknet
nz: ac co cri geek gen govt health iwi kiwi maori mil māori net org parliament school
om: co com edu gov med museum net org pro
one: homelink onred service
online: barsy eero eero-stage
orange: tech
org: accesscam ae altervista barsy blogdns blogsite bmoattachments boldlygoingnowhere cable-modem camdvr certmgr
  cloudns collegefan couchpotatofries ddnss diskstation dnsalias dnsdojo doesntexist dontexist doomdns dsmynas
  duckdns dvrdns dynalias dyndns dynserv endofinternet endoftheinternet eu familyds fedorainfracloud fedorapeople
  freeddns freedesktop from-me game-host gotdns hepforge hk hobby-site homedns homeftp homelinux homeunix hopto
  httpbin in-dsl in-vpn is-a-bruinsfan is-a-candidate is-a-celticsfan is-a-chef is-a-geek is-a-knight
  is-a-linux-user is-a-patsfan is-a-soxfan is-found is-lost is-saved is-very-bad is-very-evil is-very-good
  is-very-nice is-very-sweet isa-geek jpn js kicks-ass mayfirst misconfused mlbfan mozilla-iot my-firewall
  myfirewall myftp mysecuritycamera mywire nflfan no-ip now-dns pimienta podzone poivron potager pubtls read-books
  readmyblog selfip sellsyourhome servebbs serveftp servegame small-web spdns stuff-4-sale sweetpepper toolforge
  tunk tuxfamily twmail ufcfan us webhop webredirect wmcloud wmflabs za zapto
ovh: nerdpol
pa: abo ac com edu gob ing med net nom org sld
page: codeberg hlx hlx3 magnet pdns plesk prvcy rocky translated
party: ybo
pe: blogspot com edu gob mil net nom org
pf: com edu org
ph: com edu gov i mil net ngo org
photos: framer
pictures: 1337
pizza: ngrok
pk: biz com edu fam gob gok gon gop gos gov info net org web
pl: agro aid art atm augustow auto babia-gora bedzin beep beskidy bialowieza bialystok bielawa bieszczady biz
  boleslawiec bydgoszcz bytom cieszyn co com czeladz czest dlugoleka ecommerce-shop edu elblag elk gda gdansk gdynia
  gliwice glogow gmina gniezno gorlice gov grajewo gsm homesklep ilawa info jaworzno jelenia-gora jgora kalisz
  karpacz kartuzy kaszuby katowice kazimierz-dolny kepno ketrzyn klodzko kobierzyce kolobrzeg konin konskowola
  krakow krasnik kutno lapy lebork leczna legnica lezajsk limanowa lomza lowicz lubartow lubin lublin lukow mail
  malbork malopolska mazowsze mazury med media miasta mielec mielno mil mragowo myspreadshop naklo net nieruchomosci
  nom nowaruda nysa olawa olecko olkusz olsztyn opoczno opole org ostroda ostroleka ostrowiec ostrowwlkp pc pila
  pisz podhale podlasie polkowice pomorskie pomorze poniatowa powiat poznan priv prochowice pruszkow przeworsk
  pulawy radom rawa-maz realestate rel rybnik rzeszow sanok sdscloud sejny sex shop shoparena simplesite sklep
  skoczow slask slupsk sopot sos sosnowiec stalowa-wola starachowice stargard suwalki swidnica swidnik swiebodzin
  swinoujscie szczecin szczytno szkola targi tarnobrzeg tgory tm tourism travel turek turystyka tychy unicloud ustka
  walbrzych warmia warszawa waw wegrow wielun wlocl wloclawek wodzislaw wolomin wroc wroclaw zachpomor zagan
  zakopane zarow zgora zgorzelec
place: co
pm: name own
pn: co edu gov net org
porn: indie
pr: ac biz com edu est gov info isla name net org pro prof
pro: aaa aca acct avocat bar barsy cloudns cpa eng jur law med recht
ps: com edu gov net org plo sec
pt: 123paginaweb blogspot com edu gov int net nome org publ
pub: barsy
pw: belau cloudns co ed go ne or x443
py: com coop edu gov mil net org
qa: blogspot com edu gov mil name net org sch
re: asso blogspot com nom
review: ybo
rip: clan
ro: arts barsy blogspot co com firm info nom nt org rec shop store tm www
rocks: lima-city myddns webspace
rs: ac blogspot co edu gov in org ox ua
ru: 123sait ac adygeya bashkiria bir blogspot cbg com dagestan edu eurodir gov grozny int kalmykia kustanai lk3
  marine mcdir mcpre mil mircloud mordovia msk myjino mytis na4u nalchik net nov org pp pyatigorsk ras spb test
  vladikavkaz vladimir
run: development hs onporter ravendb repl servers
rw: ac co coop gov mil net org
sa: com edu gov med net org pub sch
sb: com edu gov net org
sc: com edu gov net org
science: ybo
scot: edu gov
sd: com edu gov info med net org tv
se: 123minsida a ac b bd blogspot brand c com conf d e f fh fhsk fhv g h i iopsys itcouldbewor k komforb
  kommunalforbund komvux l lanbib m myspreadshop n naturbruksgymn o org p parti pp press r s t tm u w x y z
services: loginline
sg: blogspot com edu enscaled gov net org per
sh: bip com gov hashbang mil net now org vxl wedeploy
shop: barsy base hoplix
si: blogspot gitapp gitpage
site: barsy byen cyon fastvps fnwk folionetwork jele lelux loginline mintere novecore omniwe opensocial srht
sk: blogspot
sl: com edu gov net org
sn: art blogspot com edu gouv org perso univ
so: com edu gov me net org sch
space: myfast uber xs4all
ss: biz com edu gov me net org sch
st: co com consulado edu embaixada kirara mil net noho org principe saotome store
store: sellfy shopware storebase
su: abkhazia adygeya aktyubinsk arkhangelsk armenia ashgabad azerbaijan balashov bashkiria bryansk bukhara chimkent
  dagestan east-kazakhstan exnet georgia grozny ivanovo jambyl kalmykia kaluga karacol karaganda karelia khakassia
  krasnodar kurgan kustanai lenug mangyshlak mordovia msk murmansk nalchik navoi north-kazakhstan nov obninsk penza
  pokrovsk sochi spb tashkent termez togliatti troitsk tselinograd tula tuva vladikavkaz vladimir vologda
support: barsy
sv: com edu gob org red
sx: gov
sy: com edu gov mil net org
systems: knightpoint
sz: ac co org
tc: ch me we
td: blogspot
team: discourse jelastic
technology: co
tf: sch
th: ac co go in mi net online or shop
tj: ac biz co com edu go gov int mil name net nic org test web
tl: gov
tm: co com edu gov mil net nom org
tn: com ens fin gov ind info intl mincom nat net orangecloud org perso tourism
to: 611 com edu gov mil net nyan org oya rdv vpnplus x0
today: prequalifyme
top: now-dns ntdll
tr: av bbs bel biz com dr edu gen gov info k12 kep mil name nc net org pol tel tsk tv web
trade: ybo
tt: aero biz co com coop edu gov info int jobs mobi museum name net org pro travel
tv: better-than dyndns from on-the-web sakura worse-than
tw: blogspot club com ebiz edu game gov idv mil net org url 商業 組織 網路
tz: ac co go hotel info me mil mobi ne or sc tv
ua: biz cc cherkassy cherkasy chernigov chernihiv chernivtsi chernovtsy ck cn co com cr crimea cv cx dn
  dnepropetrovsk dnipropetrovsk donetsk dp edu gov ie if in inf ivano-frankivsk kh kharkiv kharkov kherson
  khmelnitskiy khmelnytskyi kiev kirovograd km kr kropyvnytskyi krym ks kv kyiv lg lt ltd lugansk lutsk lv lviv mk
  mykolaiv net nikolaev od odesa odessa org pl poltava pp rivne rovno rv sb sebastopol sevastopol sm sumy te
  ternopil uz uzhgorod v vinnica vinnytsia vn volyn yalta zaporizhzhe zaporizhzhia zhitomir zhytomyr zp zt
ug: ac blogspot co com go ne or org sc
uk: ac barsy co conn copro gov hosp independent-commission independent-inquest independent-inquiry independent-panel
  independent-review ltd me net nhs org plc police public-inquiry pymnt royal-commission
us: ak al ar as az ca cloudns co ct dc de dni drud fed fl freeddns ga golffan graphox gu hi ia id il in is-by isa
  kids ks ky la land-4-sale ma md me mi mircloud mn mo ms mt nc nd ne nh nj nm noip nsn nv ny oh ok or pa platterp
  pointto pr ri sc sd stuff-4-sale tn tx ut va vi vt wa wi wv wy
uy: com edu gub mil net org
uz: co com net org
vc: 0e com edu gov gv mil net org
ve: arts bib co com e12 edu firm gob gov info int mil net nom org rar rec store tec web
vg: at
vi: co com k12 net org
vn: ac ai angiang bacgiang backan baclieu bacninh baria-vungtau bentre binhdinh binhduong binhphuoc binhthuan biz
  blogspot camau cantho caobang com daklak daknong danang dienbien dongnai dongthap edu gialai gov hagiang haiduong
  haiphong hanam hanoi hatinh haugiang health hoabinh hungyen id info int io khanhhoa kiengiang kontum laichau
  lamdong langson laocai longan namdinh name net nghean ninhbinh ninhthuan org phutho phuyen pro quangbinh quangnam
  quangngai quangninh quangtri soctrang sonla tayninh thaibinh thainguyen thanhhoa thanhphohochiminh thuathienhue
  tiengiang travinh tuyenquang vinhlong vinhphuc yenbai
vu: blog cn com dev edu me net org
website: framer
wf: biz sch
wiki: framer
ws: cloud66 com dyndns edu gov mypets net org
xyz: blogsite crafting localzone zapto
ye: com edu gov mil net org
yt: org
za: ac agric alt co edu gov grondar law mil net ngo nic nis nom org school tm web
zm: ac biz co com edu gov info mil net org sch
zone: cloud66 hs lima
zw: ac co gov mil org
рус: биз ком крым мир мск орг самара сочи спб я
срб: ак обр од орг пр упр
ישראל: אקדמיה ישוב ממשל צהל
ไทย: ทหาร ธุรกิจ รัฐบาล ศึกษา องค์กร เน็ต
香港: 個人 公司 政府 教育 組織 網絡
"""
"""A top-level domain and its second levels; lines that are indented go on with the one before."""


@cache
def _second_levels() -> frozenset[str]:
    found: set[str] = set()
    top = ""
    for word in _SECOND_LEVELS.split():
        if word.endswith(":"):
            top = word[:-1]
        else:
            found.add(f"{word}.{top}")
    return frozenset(found)


def registered(host: str) -> str:
    """The name that somebody registered, with its suffix: `example.co.uk` of `a.example.co.uk`."""
    labels = host.removesuffix(".").split(".")
    taken = 3 if ".".join(labels[-2:]) in _second_levels() else 2
    name = ".".join(labels[-taken:])
    return "" if name.startswith(".") else name
