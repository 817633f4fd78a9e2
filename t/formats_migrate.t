# Several formats and sources at once: a migration from one to another without a forced login.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;
use OpaqueIds;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $store = "redis @{[ $proxy->address ]}; redis_connect_timeout 2s; redis_timeout 2s;";
my %realms = (
    # From ids of an Express application to tokens of the realm's own.
    express => "key v1 file=v1.key; cookie access_token; $store revocation strict;
        token cookie=connect.sid format=opaque signed=express; token cookie=access_token; token bearer;",
    # From tokens to ids, in one cookie, and back.
    ids => "key v1 file=v1.key; cookie access_token; $store revocation strict; access_lifetime 1h;
        token cookie=access_token format=opaque; token cookie=access_token; token bearer;",
    tokens => "key v1 file=v1.key; cookie access_token; $store revocation strict; access_lifetime 1h;
        token cookie=access_token; token cookie=access_token format=opaque;",
    cached => "key v1 file=v1.key; $store token bearer; token cookie=sid format=opaque;",
    signed => "key v1 file=v1.key; $store revocation strict; token cookie=sid format=opaque signed=remix;
        token cookie=sid format=opaque signed=express; token cookie=sid format=opaque;",
);
my $nginx = Nginx->new(
    realms => \%realms,
    backend => login_backend(),
    server => 'add_header X-Source "$session_source" always; add_header X-Cache "$session_cache" always;',
    locations => join('', map {"
        location /$_ { auth_session $_; proxy_pass http://backend/echo; }"} keys %realms) . join('', map {"
        location /$_/login { session_issue $_; proxy_pass http://backend; }
        location = /$_/logout { session_logout $_; }"} qw(express ids tokens)),
    echo => '$session_user $session_id',
);
my $id = put_session($redis, new_id(), {sub => 'old', sid => 's1'});
my $express = cookie(signed_express($id, 'v1'), 'connect.sid');
my $token = mint({sub => 'new', sid => 'n1'});
sub in { my ($realm, @headers) = @_; $nginx->get("/$realm", @headers) }
sub told { my $response = in(@_); join ' ', $response->answer, $response->body, $response->header('X-Source') // '' }

is told('express', $express), '200 valid old s1 cookie:connect.sid', 'a session of before';
is told('express', cookie($token)), '200 valid new n1 cookie:access_token', 'one of now';
is told('express', "$express; access_token=$token"), '200 valid old s1 cookie:connect.sid', 'both: the first in order';
is told('express', cookie('s%3Aunknown.A', 'connect.sid'), bearer($token)), '200 valid new n1 bearer',
    'the one that is good';
$redis->cli('SET', 'session:revoked:{old}:s1', 1);
is told('express', "$express; access_token=$token"), '200 valid new n1 cookie:access_token', 'the store\'s word counts';
is in('express', $express)->answer, '401 revoked', 'alone';
my $issued = given(login($nginx, {path => '/express/login'}, $express));
like $issued, qr/^eyJ/, 'a login with the old cookie gets a token';
$redis->cli('DEL', 'session:revoked:{old}:s1');
is $nginx->post('/express/logout', "$express; access_token=$issued")->status, 200, 'a logout with both';
is_deeply [in('express', $express)->answer, in('express', cookie($issued))->answer], ['401 revoked', '401 revoked'],
    'ends both';

# One cookie, two formats.
for my $realm (qw(ids tokens)) {
    $id = put_session($redis, new_id(), {sub => 'old', sid => "s-$realm"});
    is told($realm, cookie($id)), "200 valid old s-$realm cookie:access_token", "$realm: an id";
    is told($realm, cookie($token)), '200 valid new n1 cookie:access_token', "$realm: a token";
    my $given = given(login($nginx, {path => "/$realm/login"}));
    like $given, $realm eq 'ids' ? qr/^[\w-]{22,}$/ : qr/^eyJ.*\./, "$realm: what a login gets";
    is in($realm, cookie($given))->answer, '200 valid', 'which is good';
    is in($realm, cookie(new_id()))->answer, '401 record', "$realm: an unknown id has the reason of ids";
    my $response = in($realm, cookie(mint({exp => time - 5})));
    is $response->answer, '401 expired', "$realm: an old token that of tokens";
    is set_cookies($response)->{access_token}{'max-age'}, 0, 'and is deleted';
    is_deeply set_cookies(in($realm, cookie(new_id()))), {}, 'an unknown id is not';
    is in($realm, cookie('short'))->answer, '401 malformed', "$realm: what is neither";
}
for my $value ($id, signed_remix($id, 'v1'), signed_express($id, 'v1')) {
    is in('signed', cookie($value, 'sid'))->answer, '200 valid', 'three ways to carry an id';
}

# A token that is good spares the question about the id behind it, which the token's end brings up.
my $both = "Cookie: sid=$id";
$proxy->forget;
is told('cached', bearer($token), $both), '200 valid new n1 bearer', 'the token is first';
is scalar(grep {/opaque/} $proxy->commands), 0, 'no id was asked for';
eventually { in('cached', bearer($token), $both)->header('X-Cache') eq 'HIT' } 5, 'nor anything, later';
$redis->cli('SET', 'session:revoked:{new}:n1', 1);
eventually { told('cached', bearer($token), $both) eq '200 valid old s-tokens cookie:sid' } 5, 'the token is revoked';
is in('cached', bearer($token))->answer, '401 revoked', 'alone';
is in('cached', bearer(tamper($token)), $both)->header('X-Cache'), 'MISS', 'an id is no hit';
$proxy->mode('refuse');
is in('ids', cookie($id))->answer, '503 store', 'the store away: nothing is known of an id';
is in('ids', cookie('short'))->answer, '401 malformed', 'but what is none';

done;
