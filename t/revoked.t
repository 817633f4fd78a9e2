# A token is out when its jti, its sid or, with neither, its hash is on the list of its user, whatever the value.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}",
    echo => '$session_user',
    workers => 2,
);
sub answer_for { $nginx->get('/', cookie($_[0]))->answer }

my $token = mint({jti => 'j1', sid => 's1'});
is answer_for($token), '200 valid', 'good at first';
my @values = ([SET => '1'], [SET => ''], [SET => '0'], [HSET => 'a', 'b'], [RPUSH => 'a'], [SADD => 'a'],
    [ZADD => 1, 'a'], [SETBIT => 7, 1], [XADD => '*', 'a', 'b'], [PFADD => 'a']);
for my $id (qw(j1 s1)) {
    my $key = "session:revoked:{42}:$id";
    for my $value (@values) {
        my ($command, @rest) = @$value;
        $redis->cli($command, $key, @rest);
        is answer_for($token), '401 revoked', "$id: $command @rest";
        $redis->cli('DEL', $key);
        is answer_for($token), '200 valid', "$id: deleted";
    }
}

$redis->cli('SET', 'session:revoked:{42}:j1', 1, 'PX', 200);
is answer_for($token), '401 revoked', 'with a time to live';
eventually { answer_for($token) eq '200 valid' } 3, 'until it is over';

my $bare = mint({});
is answer_for($bare), '200 valid', 'a token with neither id';
$redis->cli('SET', 'session:revoked:{42}:' . token_hash($bare), 1);
is answer_for($bare), '401 revoked', 'by its hash';
is answer_for(mint({x => 1})), '200 valid', 'which is no other token';
$redis->cli('SET', 'session:revoked:{42}:' . token_hash($token), 1);
is answer_for($token), '200 valid', 'a token with ids is not asked for by its hash';

$redis->cli('SET', 'session:revoked:{42}:j2', 1);
is answer_for(mint({jti => 'j2'})), '401 revoked', 'jti alone';
is answer_for(mint({jti => 'j3', sid => 'j2'})), '401 revoked', 'sid alone';
is answer_for(mint({jti => 'j3', sid => 's3'})), '200 valid', 'another session of the user';
is answer_for(mint({sub => '43', jti => 'j2'})), '200 valid', 'the same id of another user';
is answer_for(mint({jti => 'J2'})), '200 valid', 'an id in other letters';

for my $name ('a b', 'a:b', "\xc3\xa9", '{x}', "it's", '*', 'x' x 255, "a\\b\"c") {
    my $id = substr "i$name", 0, 255;
    my ($sub_text, $id_text) = map {s/(["\\])/\\$1/gr} $name, $id;
    my $odd = mint_raw('{"alg":"HS256"}', "{\"exp\":9999999999,\"sub\":\"$sub_text\",\"jti\":\"$id_text\"}");
    is answer_for($odd), '200 valid', 'an odd name';
    $redis->cli('SET', "session:revoked:{$name}:$id", 1);
    is answer_for($odd), '401 revoked', 'and its key, byte by byte';
}

my $response = $nginx->get('/', cookie(mint({jti => 'j2'})));
is $response->json->{reason}, 'revoked', 'the reason in the body';
like $response->header('Set-Cookie'), qr/^access_token=;/, 'the cookie is deleted';
like $response->header('WWW-Authenticate'), qr/error_description="revoked"/, 'and in the challenge';
is $nginx->get('/', cookie(mint({jti => 'j2'})), bearer(mint({sub => 'b', jti => 'j9'})))->body, 'b',
    'a revoked cookie gives way to a good bearer token';
is $nginx->get('/', cookie(mint({exp => 1})), bearer(mint({jti => 'j2'})))->answer, '401 expired',
    'none is good: the first gives the reason';
is $nginx->get('/', cookie(mint({exp => 1, jti => 'j2'})))->answer, '401 expired', 'expired is said first';
like $nginx->log, qr/\[notice\].*session: realm "app" rejected: reason=revoked user="42" id="j2" key=v1/, 'the log';

done;
