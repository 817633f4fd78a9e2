# A location that both enforces a realm and issues its sessions: what the upstream says goes over what nginx does
# to keep a session alive, and the response has one cookie of a name.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $store = FaultProxy->new(target => $redis->port);
my $keys = 'key v2 file=v2.key; key v1 file=v1.key; cookie access_token; revocation strict;';
my $nginx = Nginx->new(
    realms => {
        app => "$keys renew 99; @{[ $redis->directives ]}",
        pair => "$keys refresh_cookie refresh; refresh_inline on; @{[ $redis->directives ]}",
        away => "$keys @{[ $store->directives ]}",
    },
    backend => login_backend(),
    locations => join('', map {"location /$_ { auth_session $_; session_issue $_; proxy_pass http://backend; }"}
        qw(app pair away)) . '
        location /verify { auth_session app; auth_session_mode verify; session_issue app; proxy_pass http://backend; }
        location /fresh { session_issue pair; proxy_pass http://backend; }
        location / { auth_session app; proxy_pass http://backend; }',
);
sub said { login($nginx, {user => '', %{$_[0]}}, @_[1 .. $#_]) }
sub kept { [map { /^([^=]+)=([^;]*)/ ? $1 . ($2 eq '' ? ' deleted' : '') : $_ } $_[0]->headers('Set-Cookie')] }
sub sub_of { (opened(given($_[0]), 'v2'))[1]{sub} }
my $old = sub { mint({sub => '42', sid => "s$_[0]", jti => "j$_[0]", version => 'v1', iat => time - 1000, @_[1 .. $#_]},
    kid => 'v1') };

# A token of the fallback key, most of whose life is over, would be signed anew or renewed by itself.
my $token = $old->(1);
my $response = said({path => '/app'}, cookie($token));
is_deeply kept($response), ['access_token'], 'no word of the upstream: kept alive';
is sub_of($response), '42', 'for the same user';

$response = said({path => '/app', user => '43'}, cookie($old->(2)));
is_deeply kept($response), ['access_token'], 'a login beside it: one cookie';
is sub_of($response), '43', 'that of the login';
is $nginx->get('/', cookie($old->(2)))->answer, '401 revoked', 'and the session of before is over';

$response = said({path => '/app', end => 'current'}, cookie($old->(3)));
is_deeply kept($response), ['access_token deleted'], 'an end beside it: the cookie is deleted';
is $nginx->get('/', cookie($old->(3)))->answer, '401 revoked', 'the session is over';
$response = said({path => '/app', user => '42', end => 'all'}, cookie($old->(4)));
is_deeply kept($response), ['access_token'], 'a login and an end: one cookie';
is $nginx->get('/', cookie(given($response)))->answer, '200 valid', 'that of the login';
$redis->cli('DEL', 'session:stale:{42}');

# One whose cookie was to be deleted logs in.
my %bad = (expired => $old->(5, exp => time - 10), malformed => 'x', revoked => $old->(2));
for my $reason (sort keys %bad) {
    $response = said({path => '/verify', user => '43'}, cookie($bad{$reason}));
    is_deeply [$response->reason, @{kept($response)}], [$reason, 'access_token'], "$reason, a login: one cookie";
    is sub_of($response), '43', "$reason: that of the login";
}
$response = $nginx->get('/app', grants({user => '43'}), cookie($bad{expired}));
is_deeply [$response->answer, @{kept($response)}], ['401 expired', 'access_token deleted'],
    'who is refused is not asked of';

# A navigation that is refreshed in place, to an upstream that logs in or out.
for my $wanted ({user => '43'}, {end => 'current'}, {user => '42', end => 'all'}) {
    my $login = login($nginx, {path => '/fresh', user => '42'});
    my @cookies = (cookie(given($login, 'refresh'), 'refresh') . '; access_token=' . $old->(6, exp => time - 10));
    $response = said({path => '/pair', %$wanted}, @cookies, 'Sec-Fetch-Mode: navigate');
    my $out = $wanted->{user} ? '' : ' deleted';
    my $name = json($wanted);
    is_deeply [$response->status, sort @{kept($response)}], [200, "access_token$out", "refresh$out"],
        "refreshed, $name";
    is sub_of($response) // '', $wanted->{user} // '', "$name: the user of the login";
    my $sid = (opened(given($login), 'v2'))[1]{sid};
    is $redis->cli('EXISTS', "session:data:{42}:$sid"), 0, "$name: the session of before is over";
    is $nginx->get('/', cookie(given($login)))->status, 401, "$name: and its token";
    $redis->cli('DEL', 'session:stale:{42}');
}

# The store goes away between the two.
$store->mode('delay', 200);
my $client = $nginx->connect;
$client->send(Client::format_request('GET', '/away', grants({user => '43'}), cookie($old->(7))));
sleep 0.3;
$store->mode('refuse');
$response = $client->response;
is_deeply [$response->status, @{kept($response)}], [503], 'the store goes away after the check: 503, no cookie at all';

done;
