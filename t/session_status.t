# session_status: what the realms count, kept over a reload, by name or all, in the form that is asked for.
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use Kit;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $store = 'redis ' . $redis->address . '; revocation strict;';
my $nginx = Nginx->new(
    workers => 2,
    realms => {
        app => "key v2 file=v2.key; key v1 file=v1.key; cookie access_token; login /login; $store",
        loose => "key v1 file=v1.key; store_error allow; $store",
        other => 'key v1 file=v1.key; revocation off;',
    },
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /loose { auth_session loose; proxy_pass http://backend; }
        location /other { auth_session other; proxy_pass http://backend; }
        location = /status { session_status; }
        location = /some { session_status other app; }',
);

my $ask = sub { decode_json($nginx->get($_[0] // '/status')->body)->{realms} };

my $response = $nginx->get('/status');
is $response->status, 200, 'an answer';
is $response->header('Content-Type'), 'application/json', 'JSON';
is $response->header('Cache-Control'), 'no-store', 'not to be stored';
is $response->header('Vary'), 'Accept', 'in several forms';
is $nginx->request('HEAD', '/status')->status, 200, 'HEAD';
is $nginx->request('POST', '/status')->status, 405, 'nothing to write to';
is_deeply [sort keys %{$ask->()}], [qw(app loose other)], 'all realms';
is_deeply [sort keys %{$ask->('/some')}], [qw(app other)], 'some realms';
is_deeply [grep { $_ } values %{$ask->()->{app}{requests}}], [], 'nothing counted yet';

# The form, by the query before the header.
my %type = (json => 'application/json', prometheus => 'text/plain; version=0.0.4; charset=utf-8',
    html => 'text/html; charset=utf-8');
is $nginx->get("/status?format=$_", 'Accept: text/html')->header('Content-Type'), $type{$_}, "format=$_" for sort keys %type;
is $nginx->get('/status?format=xml')->status, 400, 'no such format';
my %accept = ('*/*' => 'json', 'text/html,*/*;q=0.8' => 'html', 'text/plain; version=0.0.4' => 'prometheus');
is $nginx->get('/status', "Accept: $_")->header('Content-Type'), $type{$accept{$_}}, "Accept: $_" for sort keys %accept;

my ($new, $old) = (mint({}, key => 'v2'), mint({}, key => 'v1'));
$nginx->get('/', cookie($new)) for 1 .. 20;
$nginx->get('/', cookie($old)) for 1 .. 3;
$nginx->get('/') for 1 .. 5;
$nginx->navigate('/') for 1 .. 2;
$nginx->get('/', cookie(mint({exp => 1}, key => 'v2'))) for 1 .. 2;
$nginx->get('/other', bearer($old)) for 1 .. 4;

my $app = $ask->()->{app};
is $app->{requests}{valid}, 23, 'valid';
is $app->{requests}{missing}, 7, 'missing';
is $app->{requests}{expired}, 2, 'expired';
is $app->{fallback}, 3, 'what the fallback key verified';
is $app->{redirects}, 2, 'who was sent to log in';
is $app->{store}{requests}{answered}, 23, 'one question a request that the store had to judge';
is $app->{store}{requests}{unanswered}, 0, 'all answered';
is $app->{cache}{bypasses}, 25, 'a token that came passed the cache by';
is $ask->()->{other}{requests}{missing}, 0, 'each realm for itself';
is $ask->()->{other}{cache}{bypasses}, 4, 'without a store too';
is $ask->()->{other}{store}, undef, 'which it has not';

$nginx->reload;
is $ask->()->{app}{requests}{valid}, 23, 'kept over a reload';

$redis->stop;
$nginx->get('/', cookie($new)) for 1 .. 4;
is $nginx->get('/loose', "Authorization: Bearer $old")->status, 200, 'let through without an answer';
is $ask->()->{app}{requests}{store}, 4, 'no answer';
is $ask->()->{app}{store}{requests}{unanswered}, 4, 'as the store saw it';
is $ask->()->{loose}{unchecked}, 1, 'what was let through unchecked is counted';
is $ask->()->{loose}{requests}{valid}, 1, 'as valid';

my ($good, $text) = Nginx->check(realm => 'key v1 file=v1.key; revocation off;',
    locations => 'location = /status { session_status nobody; }');
ok !$good, 'an unknown realm is refused';
like $text, qr/unknown session realm "nobody" in "session_status" in \S+:\d+/, 'and named';

done;
