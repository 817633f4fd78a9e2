# Clients that leave session_refresh, session_logout, session_health, a renewal or a refresh in place while the store is
# asked: the worker goes on, and what the store has done is done.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; revocation strict; renew 50;
        refresh_inline on; redis @{[ $proxy->address ]}; redis_connect_timeout 2s; redis_timeout 2s;",
    backend => login_backend(),
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /refresh { session_refresh app; }
        location = /logout { session_logout app /; }
        location = /health { session_health app; }',
);
my ($worker) = $nginx->workers;
sub enter { log_in($nginx, '/login', 'X-Login: 42') }
sub record { $redis->cli('HGET', "session:data:{42}:$_[0]{sid}", $_[1]) }
sub due { cookie(mint({iat => time - 3600, exp => time + 60, sid => 's1'})) }

my @ways = (
    ['refresh', sub { ('POST', '/refresh', $_[0]{cookie}) }],
    ['refresh with a body', sub { ('POST', '/refresh', $_[0]{cookie}, {body => 'x' x 100_000}) }],
    ['logout', sub { ('POST', '/logout', $_[0]{cookie}) }],
    ['health', sub { ('GET', '/health', $_[0]{cookie}) }],
    ['in place', sub { ('GET', '/', 'Sec-Fetch-Mode: navigate', $_[0]{only_refresh}) }],
    ['renewal', sub { ('GET', '/', due()) }],
);
for my $way (@ways) {
    my ($name, $request) = @$way;
    for my $abort (0, 1) {
        my $user = enter();
        my @arguments = $request->($user);
        $proxy->mode('delay', 150);
        my @clients = map { $nginx->connect } 1 .. 3;
        $_->send(Client::format_request(@arguments)) for @clients;
        sleep $name eq 'renewal' ? 0.25 : 0.05;
        $abort ? $clients[0]->abort : $clients[0]->close;
        is $clients[$_]->response->status, 200, "$name: those who stay are answered" for 1, 2;
        $proxy->mode('pass');
        is $nginx->get('/health')->status, 200, "$name: the worker goes on";
        next if $name !~ /refresh|place/;
        isnt record($user, 'refresh'), token_hash($user->{refresh}), "$name: the store has rotated";
        is $nginx->post('/refresh', $user->{only_refresh})->answer, '200 valid', "$name: who left may come again";
    }
}

# Several requests on one connection, one behind the other.
my $user = enter();
my $client = $nginx->connect;
my @keep = ($user->{cookie}, 'Connection: keep-alive');
$client->send(join '', map { Client::format_request(@$_, @keep) } ['GET', '/health'],
    ['POST', '/refresh', {body => 'x=1'}], ['GET', '/'], ['POST', '/refresh'], ['GET', '/health'],
    ['POST', '/logout', {body => 'x' x 50_000}], ['GET', '/']);
is join(' ', map { $client->response->answer } 1 .. 7),
    '200 valid 200 valid 200 valid 200 valid 200 valid 200  401 revoked', 'pipelined';

# A worker that is told to quit answers first.
$user = enter();
$proxy->mode('delay', 400);
my @last = map { $nginx->connect } 1 .. 2;
$last[0]->send(Client::format_request('POST', '/refresh', $user->{cookie}));
$last[1]->send(Client::format_request('GET', '/health', $user->{cookie}));
sleep 0.1;
is_deeply [$nginx->workers], [$worker], 'all the time it was one worker';
ok $nginx->quit, 'told to quit';
is $_->response->answer, '200 valid', 'answered all the same' for @last;

done;
