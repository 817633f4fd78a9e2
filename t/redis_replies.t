# Replies of wrong types and errors are no answer, never "not revoked": 503, or what `store_error` says. One that
# proves a revocation counts whatever became of the others.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $proxy = FaultProxy->new;
my %good = (PING => "+PONG\r\n", GET => "\$-1\r\n", EXISTS => ":0\r\n");
$proxy->answer(\%good);
my $key = "key v1 file=v1.key; cookie access_token; login /login; revocation strict; @{[ $proxy->directives ]}";
my $nginx = Nginx->new(
    realms => {app => $key, lenient => "$key store_error allow;"},
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /lenient { auth_session lenient; proxy_pass http://backend; }',
);
my $now = time;
my $cookie = cookie(mint({jti => 'j', iat => $now - 10, tenant => 't'}));
my ($epoch, $tenant, $stale, $revoked) = ('GET session:epoch', 'GET session:epoch:t', 'GET session:stale:{42}',
    'EXISTS session:revoked:{42}:j');

sub text { '$' . length($_[0]) . "\r\n$_[0]\r\n" }
sub answer_to { my ($path, %answers) = @_; $proxy->answer({%good, %answers}); $nginx->get($path, $cookie)->answer }

is answer_to('/'), '200 valid', 'all is well';
is answer_to('/', $epoch => text($now - 20), $tenant => text($now - 20), $stale => text($now - 20)), '200 valid',
    'old marks';
is answer_to('/', $revoked => ":1\r\n"), '401 revoked', 'revoked';
is answer_to('/', $stale => text('*')), '401 stale', 'stale';
is answer_to('/', $tenant => text($now)), '401 epoch', 'epoch';

my @errors = map {"-$_\r\n"} 'LOADING Redis is loading the dataset in memory', 'NOAUTH Authentication required.',
    'NOPERM this user has no permissions', 'READONLY', 'MASTERDOWN Link with MASTER is down', 'MOVED 3999 127.0.0.1:1',
    'ASK 3999 127.0.0.1:1', 'CLUSTERDOWN The cluster is down', 'WRONGTYPE Operation against a key', 'ERR', '';
my @texts = map { text($_) } '', ' ', 'abc', '-1', '+1', '1.5', '1e9', ' 5', '5 ', "5\n", '0x10', '1 2', "1\0", 'nil';
my @numbers = (":2\r\n", ":-1\r\n", ":9223372036854775807\r\n");

my @table = (
    (map { my $key = $_; map { [$key, $_] } @errors, @texts } $epoch, $tenant),
    (map { [$stale, $_] } @errors, @texts, text('**'), text('* ')),
    (map { [$revoked, $_] } @errors, @numbers),
);
for my $case (@table) {
    my ($question, $reply) = @$case;
    is answer_to('/', $question => $reply), '503 store', json("$question: $reply");
}
for my $reply ($errors[0], text('abc')) {
    is answer_to('/lenient', $epoch => $reply), '200 valid', 'store_error allow: ' . json($reply);
    is answer_to('/lenient', $epoch => $reply, $revoked => ":1\r\n"), '401 revoked', 'but for a known revocation';
    is answer_to('/', $epoch => $reply, $stale => text('*')), '401 stale', 'the known one is said';
}
is answer_to('/', $revoked => $_, $tenant => text($now)), '401 epoch', 'whichever it is' for $errors[0], ":2\r\n";

$proxy->answer({%good, $stale => $errors[0]});
my ($unknown, $known) = (mint({jti => 'j'}), mint({sub => '43'}));
is $nginx->get('/', cookie(mint({exp => 1})), bearer($unknown))->answer, '503 store',
    'a token without an answer may be good: its reason comes before that of a bad one';
is $nginx->get('/', cookie($unknown), bearer($known))->body, '43', 'one that is known to be good is enough';
is $nginx->get('/', cookie($unknown), bearer('x'))->header('Set-Cookie'), undef, 'its cookie stays';

$proxy->answer({%good, $epoch => $errors[0]});
my $response = $nginx->get('/', $cookie);
is $response->json->{reason}, 'store', 'the reason in the body';
is $response->header('Content-Type'), 'application/problem+json', 'its type';
like $response->header('Retry-After'), qr/^\d+$/, 'when to come back';
is $response->header('Cache-Control'), 'no-store', 'not to be stored';
is $response->header('Set-Cookie'), undef, 'the cookie stays';
is $response->header('WWW-Authenticate'), undef, 'no challenge';
is $nginx->navigate('/', $cookie)->status, 503, 'a browser is not sent to log in';

$nginx->forget_log;
sleep 1.1;
is answer_to('/', $stale => text('yesterday')), '503 store', 'a mark that is none' for 1 .. 20;
my @lines = $nginx->log_lines(qr/realm "app" redis \S+ has no answer to "GET session:stale:\{42\}": an unexpected value/);
ok @lines == 1 || @lines == 2, 'the log names the key, at most once in a second, of which 20 requests may see two';
sleep 1.1;
answer_to('/', $epoch => $errors[0]);
is scalar($nginx->log_lines(qr/"GET session:epoch": LOADING Redis is loading/)), 1, 'and the error that Redis gave';

# A reply that the command cannot have is another command's, and so may all be that come behind it: nothing that the
# connection says is believed.
my @types = (":5\r\n", "+OK\r\n", "*0\r\n", "*1\r\n\$1\r\n5\r\n");
my @mistaken = ((map { my $key = $_; map { [$key, $_] } @types } $epoch, $tenant, $stale), [$stale, "+*\r\n"],
    map { [$revoked, $_] } "\$1\r\n0\r\n", "\$1\r\n1\r\n", "+0\r\n", "\$-1\r\n", "*0\r\n");
for my $case (@mistaken) {
    my ($question, $reply) = @$case;
    my $name = json("$question: $reply");
    eventually { answer_to('/') eq '200 valid' } 3, "$name: well before";
    is answer_to('/', $question => $reply), '503 store', $name;
}
for my $answers ([$revoked => ":1\r\n"], [$stale => text('*')]) {
    eventually { answer_to('/') eq '200 valid' } 3, 'well before';
    is answer_to('/', @$answers, $epoch => ":5\r\n"), '503 store', "$answers->[0]: not believed behind it";
}
eventually { answer_to('/') eq '200 valid' } 3, 'well before';
$proxy->forget;
$proxy->answer({%good, $epoch => ":5\r\n"});
is $nginx->get('/lenient', cookie(mint({jti => 'other'})))->answer, '200 valid', 'store_error allow: no answer';
cmp_ok $proxy->accepted, '>=', 1, 'and another connection';
eventually { answer_to('/') eq '200 valid' } 3, 'back again';

is answer_to('/', $_ => "\$5\r\nab\r\n\r\n"), '503 store', 'a length that lies' for $epoch;
is answer_to('/'), '200 valid', 'back again';
is answer_to('/', $epoch => "?what\r\n"), '503 store', 'no RESP at all';
eventually { answer_to('/') eq '200 valid' } 2, 'back again';

done;
