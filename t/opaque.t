# Opaque ids: the cookie is random, the store has the session; what the record says, and what speaks against it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use OpaqueIds;
use Sessions;

my $redis = RedisServer->new;
my $base = "token cookie=sid format=opaque; token header=X-Sid format=opaque; @{[ $redis->directives ]}";
my %realms = (
    app => "$base revocation strict; idle_timeout 1h; absolute_timeout 1d;",
    cached => "$base revocation cached;",
    never => "$base revocation off;",
    strictly => "$base revocation strict; require_claims role; max_age 1h;",
);
my $nginx = Nginx->new(
    realms => \%realms,
    server => 'add_header X-Store "$session_cache" always;
        add_header X-Key "$session_key|$session_source" always;',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms) . '
        location = /health { session_health app; }
        location = /status { session_status; }',
    echo => '$session_user $session_id $session_tenant $session_claim_role $session_expires $session_age '
        . '$session_claims',
);
sub answer { my ($realm, $id) = @_; $nginx->get("/$realm", cookie($id, 'sid'))->answer }
my ($created, $expires) = (time - 10, time + 3600);
my $id = new_id();
put_session($redis, $id, {sid => 's1', tenant => 't1', created_at => $created, expires_at => $expires,
    claims => '{"role":"admin","n":[1],"sub":"other","exp":1}'});

for my $realm (sort keys %realms) {
    my $response = $nginx->get("/$realm", cookie($id, 'sid'));
    is $response->answer, '200 valid', "$realm: a session";
    my ($user, $sid, $tenant, $role, $end, $age, $claims) = split / /, $response->body, 7;
    is_deeply [$user, $sid, $tenant, $role, $end], ['42', 's1', 't1', 'admin', $expires], "$realm: its variables";
    cmp_ok abs($age - 10), '<=', 3, "$realm: its age";
    is_deeply JSON::PP::decode_json($claims), {role => 'admin', n => [1], sub => '42', sid => 's1', tenant => 't1',
        iat => $created, exp => $expires}, "$realm: the record's own names win over those in its claims";
    is $response->header('X-Key'), '|cookie:sid', "$realm: no key";
}
is $nginx->get('/app', "X-Sid: $id")->answer, '200 valid', 'in a header';
is $nginx->get('/cached', cookie($id, 'sid'))->header('X-Store'), 'MISS', 'the record was asked for';
is $nginx->get('/app', cookie($id, 'sid'))->header('X-Store'), 'BYPASS', 'strict';
my $counts = status_of($nginx, 'cached')->{cache};
answer('cached', $id) for 1 .. 5;
my $later = status_of($nginx, 'cached')->{cache};
is_deeply [$later->{hits} - $counts->{hits}, $later->{misses} - $counts->{misses}], [0, 5], 'each is one miss';
my $asked = status_of($nginx, 'app')->{store}{requests}{answered};
answer('app', $id);
is status_of($nginx, 'app')->{store}{requests}{answered} - $asked, 3, 'each round is a question';

# What is no session.
is answer('app', new_id()), '401 record', 'an unknown id';
is answer('app', $_), '401 malformed', 'no id: ' . length for 'short', 'x' x 513, 'abcdefghijklmnop' . "\x01",
    "\xe9" x 20;
is answer('app', 'fifteen-bytes-!'), '401 malformed', 'too short for 128 bits';
is_deeply [map { $nginx->get('/health', cookie($_, 'sid'))->json->{compatible} ? 1 : 0 } $id, new_id(), 'short'],
    [1, 1, 0], 'compatible: what needs no key';
my $health = $nginx->get('/health', cookie($id, 'sid'))->json;
is_deeply [@$health{qw(authenticated token_version server_version key reason)}],
    [JSON::PP::true, undef, undef, undef, 'valid'], 'the health of a realm without keys';
cmp_ok abs($health->{expires_in} - 3600), '<=', 5, 'the time that is left';
is $nginx->get('/health')->json->{reason}, 'missing', 'and of nothing';

# What the record says.
my @records = (['401 expired', expires_at => time - 1], ['401 expired', created_at => time - 86401],
    ['401 idle', last_activity_at => time - 3700, created_at => time - 4000], ['200 valid', expires_at => undef],
    ['401 early', created_at => time + 60], ['503 store', claims => 'not JSON'], ['503 store', claims => '[]'],
    ['503 store', tenant => "a\x7fb"], ['503 store', expires_at => 'tomorrow'],
    ['200 valid', created_at => undef, last_activity_at => time]);
for my $case (@records) {
    my ($answer, %fields) = @$case;
    put_session($redis, $id, \%fields);
    is answer('app', $id), $answer, join ' ', $answer, map { $_ => $fields{$_} // 'undef' } sort keys %fields;
}
put_session($redis, $id, {});
is answer('strictly', $id), '401 claims', 'require_claims';
put_session($redis, $id, {claims => '{"role":"x"}', created_at => time - 3700});
is answer('strictly', $id), '401 expired', 'max_age';
$redis->cli('HSET', 'session:data:{42}:s1', sub => '43');
is answer('app', $id), '503 store', 'a record of another user';
put_session($redis, $id, {});
for my $key (id_key($id), 'session:data:{42}:s1') {
    $redis->cli('DEL', $key);
    is answer('app', $id), '401 record', 'gone: ' . ($key =~ /opaque/ ? 'the id' : 'the record');
    $redis->cli('SET', $key, 'x');
    is answer('app', $id), '503 store', 'of the wrong kind';
    $redis->cli('DEL', $key);
    put_session($redis, $id, {});
}
$redis->cli('HDEL', id_key($id), 'sid');
is answer('app', $id), '503 store', 'half of the id\'s key';

# What the lists say.
put_session($redis, $id, {tenant => 't1'});
my %lists = (revoked => ['session:revoked:{42}:s1', 1], stale => ['session:stale:{42}', time],
    epoch => ['session:epoch', time]);
for my $reason (sort keys %lists) {
    $redis->cli('SET', @{$lists{$reason}});
    is answer('app', $id), "401 $reason", $reason;
    eventually { answer('cached', $id) eq "401 $reason" } 5, "cached: $reason";
    is answer('never', $id), '200 valid', 'revocation off';
    $redis->cli('DEL', $lists{$reason}[0]);
    eventually { answer('cached', $id) eq '200 valid' } 5, 'cached: no more';
}
$redis->cli('SET', 'session:epoch:t1', time);
is answer('app', $id), '401 epoch', 'of its tenant';
$redis->cli('SET', 'session:epoch:t1', time - 60);
is answer('app', $id), '200 valid', 'that it is younger than';
$redis->cli('SET', 'session:revoked:{42}:s1', 1);
$redis->cli('DEL', 'session:data:{42}:s1');
is answer('app', $id), '401 revoked', 'a session that was ended is revoked, not only without a record';
like $nginx->log, qr/rejected: reason=revoked user="42" id="s1"/, 'its names are told';

done;
