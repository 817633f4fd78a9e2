# session_status as a page in a real browser: it shows what was counted, refreshes itself, draws, fits a phone, and its
# policy holds with whatever names tokens bring.
use FindBin;
use lib "$FindBin::Bin/lib";
use Browser;
use Kit;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    tls => 1,
    realms => {
        app => "key v2 file=v2.key; key v1 file=v1.key; resign off; cookie access_token; @{[ $redis->directives ]}",
        other => 'key v1 file=v1.key; revocation off;',
    },
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }',
);
my $url = 'https://status.test/status';
my $evil = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>' . 'x' x 60;
my ($good, $hostile) = map { cookie(mint({sub => 'a', version => $_}, key => 'v2')) } 'v2', $evil;
$nginx->get('/', $good) for 1 .. 1234;
$nginx->get('/', $hostile);
$nginx->get('/') for 1 .. 7;
$nginx->get('/', cookie(mint({exp => 1}, key => 'v1'))) for 1 .. 3;

my $page = $nginx->get('/status', 'Accept: text/html');
my ($nonce) = ($page->header('Content-Security-Policy') // '') =~ /script-src 'nonce-([\w-]{20,})'/;
ok $nonce, 'a policy with a nonce';
like $page->header('Content-Security-Policy'), qr/^default-src 'none';/, 'nothing else is allowed';
like $page->body, qr/<script nonce="\Q$nonce\E">/, 'the script bears it';
my ($again) = $nginx->get('/status', 'Accept: text/html')->body =~ /<script nonce="([\w-]+)">/;
isnt $again, $nonce, 'which is another each time';
like $page->body, qr/<b>1,245<\/b>/, 'without a script the numbers are there as well';
like $page->body, qr/<noscript><meta http-equiv="refresh" content="10"><\/noscript>/, 'and it refreshes itself';

# What goes wrong in the page, from before its first line on.
my $browser = Browser->new(port => $nginx->tls_port);
$browser->call('Page.enable', {}, $browser->{session});
$browser->call('Page.addScriptToEvaluateOnNewDocument', {source => '
    window.faults = [];
    for (const kind of ["error", "securitypolicyviolation", "unhandledrejection"])
        addEventListener(kind, event => faults.push(kind + " " + (event.message || event.violatedDirective)), true);
    for (const kind of ["error", "warn"]) console[kind] = text => faults.push("console " + text);
'}, $browser->{session});
sub faults { $browser->run('faults.join("; ")') }
sub shown { my ($title) = @_; $browser->run("[...document.querySelectorAll('#app .tile')]
    .filter(tile => tile.firstChild.textContent == '$title').map(tile => tile.querySelector('b').textContent)[0]") }

ok $browser->visit($url), 'the page';
is shown('Requests'), '1,245', 'requests';
eventually { shown('Cache') eq 'Coherent' } 12, 'the plain word';
is shown('Store'), 'Connected', 'the store';
like shown('Cache hits'), qr/^9\d\.\d %$/, 'the hit ratio';
my $text = $browser->text;
like $text, qr/missing 7\b/, 'rejections of the last hour';
like $text, qr/expired 3\b/, 'by reason';
like $text, qr/v2\s*current/, 'keys';
like $text, qr/cookie:access_token/, 'sources';
is $browser->run('document.querySelectorAll("#app .hour rect").length > 1'), JSON::PP::true, 'bars are drawn';
my $fill = 'getComputedStyle(document.querySelector("#app .hour rect")).fill';
isnt $browser->run($fill), 'rgb(0, 0, 0)', 'in colours';
like $text, qr/\Q<img src=x onerror=\E/, 'hostile names are text';
is $browser->run('window.evil'), undef, 'and nothing else';
is $browser->run('document.images.length'), 0, 'no image';

# It follows.
$browser->run('window.mark = 1');
$nginx->get('/') for 1 .. 5;
eventually { shown('Requests') eq '1,250' } 15, 'the numbers follow';
is $browser->run('window.mark'), 1, 'on the same page';
like $browser->run('document.getElementById("state").textContent'), qr/^Updated \d/, 'it says so';
is faults(), '', 'no fault so far';

# A narrow screen, a dark one.
sub screen {
    my ($width, $scheme) = @_;
    $browser->call('Emulation.setDeviceMetricsOverride', {width => $width, height => 800, deviceScaleFactor => 1,
        mobile => $width < 600 ? \1 : \0}, $browser->{session});
    $browser->call('Emulation.setEmulatedMedia', {features => [{name => 'prefers-color-scheme', value => $scheme}]},
        $browser->{session});
    return $browser->run('[document.documentElement.scrollWidth <= innerWidth,
        getComputedStyle(document.body).backgroundColor.match(/\d+/)[0] < 128].join()');
}
is screen(1280, 'light'), 'true,false', 'a large screen';
is screen(1280, 'dark'), 'true,true', 'in the dark';
is screen($_, 'light'), 'true,false', "$_ pixels: no scrolling sideways" for 768, 390, 320;

# The server goes.
is faults(), '', 'no fault in all';
$browser->run('fetch("https://elsewhere.test/").catch(() => 0)');
$browser->run('document.body.insertAdjacentHTML("beforeend", "<img src=https://elsewhere.test/x onerror=1>")');
eventually { faults() =~ /connect-src.*img-src|img-src.*connect-src/ } 5, 'one would be noticed, and goes nowhere';
$redis->stop;
eventually { shown('Store') eq 'Away' } 15, 'the store is away';
eventually { shown('Cache') eq 'Incoherent' } 15, 'and the cache incoherent';
$nginx->quit;
eventually { $browser->run('document.getElementById("state").textContent') =~ /^No answer since/ } 15, 'no answer is told';
is shown('Store'), 'Away', 'what was known stays';
$browser->stop;

done;
