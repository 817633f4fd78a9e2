# A token that a worker has judged before is not judged again in `strict`: its questions are asked, in one round trip,
# and whatever Redis says counts as for a token that is new.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = 'key v1 file=v1.key; cookie access_token; ' . $proxy->directives . ' live_connections keep;';
my @settings = (
    server => 'add_header X-Store "[$session_cache] [$session_store_time]" always;',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /admin { auth_session app; auth_session_require $session_claim_admin; proxy_pass http://backend; }
        location /verify { auth_session app; auth_session_mode verify; proxy_pass http://backend; }
        location = /status { session_status; }',
);
my $nginx = Nginx->new(realm => "$base revocation strict;", @settings);
my $iat = time - 100;
my $token = mint({jti => 'j1', sid => 's1', iat => $iat});
sub answer { $nginx->get('/', map { cookie($_) } @_ ? @_ : $token)->answer }

# Redis is told, one request is made, and what was told is taken back.
sub told {
    my ($answer, $name, @command) = @_;
    $redis->cli(@command);
    $proxy->forget;
    is answer(), $answer, $name;
    is $proxy->reads, 1, "$name: one round trip";
    is scalar(grep {/stale/} $proxy->commands), 1, "$name: one question";
    $redis->cli('DEL', $command[1]);
    is answer(), '200 valid', "$name: taken back";
}

is answer(), '200 valid', 'a new token';
my $known = $nginx->get('/', cookie($token));
is $known->answer, '200 valid', 'a known one';
is $known->body, '42', 'of the same user';
like $known->header('X-Store'), qr/^\[BYPASS\] \[\d+\.\d{3}\]$/, 'the store was asked';
told('401 revoked', 'its jti', 'SET', 'session:revoked:{42}:j1', 1);
told('401 revoked', 'its sid', 'SADD', 'session:revoked:{42}:s1', 'a set');
told('401 stale', 'its user is gone', 'SET', 'session:stale:{42}', '*');
told('401 stale', 'a mark of its second', 'SET', 'session:stale:{42}', $iat);
told('200 valid', 'an older mark', 'SET', 'session:stale:{42}', $iat - 1);
told('401 epoch', 'an epoch', 'SET', 'session:epoch', time);
told('200 valid', 'an older epoch', 'SET', 'session:epoch', $iat - 1);
told('503 store', 'what is no epoch', 'SET', 'session:epoch', 'never');
told('503 store', 'a value of another type', 'SADD', 'session:stale:{42}', 1);
$nginx->allow_log(qr/has no answer to/);

my $other = mint({sub => '43', sid => 's3'});
$redis->cli('SET', 'session:revoked:{42}:s1', 1);
is $nginx->get('/', cookie($token), cookie($other))->body, '43', 'a known one that is revoked, and a good one behind it';
is $nginx->get('/', cookie($token), cookie(tamper($other)))->answer, '401 revoked', 'and a bad one';
is $nginx->get('/verify', cookie($token))->answer, '200 revoked', 'verify mode';
is $nginx->get('/admin', cookie($other))->answer, '403 forbidden', 'a requirement that is not met';
$proxy->mode('close');
is answer(), '401 revoked', 'Redis is away: revoked as the zone knows it';
is answer($other), '503 store', 'and no answer of others';
$nginx->allow_log(qr/redis 127.0.0.1:\d+ (?:lost|restored|unreachable)/, qr/connect/);
$proxy->mode('pass');
ok wait_until(sub { answer($other) eq '200 valid' }, 10), 'it is there again';

my $short = mint({sub => '44', exp => time + 3});
is answer($short), '200 valid', 'a token that ends soon' for 1 .. 2;
ok wait_until(sub { answer($short) eq '401 expired' }, 10), 'and has ended';
$proxy->forget;
is answer($short), '401 expired', 'again';
is scalar($proxy->commands), 0, 'nothing is asked of it';

$redis->cli('SET', 'session:revoked:{43}:s3', 1);
ok $nginx->reload(realm => "$base revocation cached;"), 'a reload with the lists in the zone';
is answer($other), '401 revoked', 'what was known without them is looked up';

done;
