# A zone that is a store outlives reloads, also one that changes its size; one that is too small for what is there is
# refused, and the old configuration serves on as if nothing had been. A change between the zone and Redis begins anew,
# but for what the zone knows to be revoked.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $base = 'key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token;';
my @settings = (
    workers => 2,
    backend => login_backend('location /slow { add_header X-Session-User slow; proxy_pass http://127.0.0.1:'
        . (my $slow = free_port()) . '; }'),
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /slow { session_issue app; proxy_pass http://backend; }
        location = /refresh { session_refresh app; }
        location = /logout { session_logout app; }
        location = /status { session_status; }',
);
my $nginx = Nginx->new(realm => "$base zone 2m;", @settings);
sub enter { log_in($nginx, '/login', "X-Login: $_[0]") }
sub answer { $nginx->get('/', $_[0]{only_access})->answer }

my @good = map { enter("user$_") } 1 .. 100;
my @gone = map { enter("gone$_") } 1 .. 100;
$nginx->post('/logout', $_->{cookie}) for @gone;
my $times = 0;

# All that was said is still so, and new things can be.
sub holds {
    my ($name) = @_;
    is scalar(grep { answer($_) eq '200 valid' } @good), @good, "$name: all sessions";
    is scalar(grep { answer($_) eq '401 revoked' } @gone), @gone, "$name: all revocations";
    my $user = $good[$times++];
    is $nginx->post('/refresh', $user->{cookie})->status, 200, "$name: a refresh";
    $user = pop @good;
    $nginx->post('/logout', $user->{cookie});
    is answer($user), '401 revoked', "$name: a logout";
    push @gone, $user;
    push @good, enter("more$times");
}

holds('before');
ok $nginx->reload, 'a reload';
holds('a reload');
ok $nginx->reload(realm => "$base zone 4m;"), 'a larger zone';
holds('a larger zone');
ok $nginx->reload(realm => "$base zone 1m;"), 'a smaller one';
holds('a smaller zone');
is status_of($nginx)->{logouts}, 104, 'the counters come along';

ok !$nginx->reload(realm => "$base zone 128k;"), 'one that is too small';
like $nginx->log, qr/\[emerg\].*realm "app" has more sessions and revocations than fit into a "zone" of this size, use/,
    'is refused with a reason';
holds('a refused reload');
ok !$nginx->reload(realm => "$base zone 2m;", server => 'listen 192.0.2.1:1;'), 'a reload that fails after the move';
holds('a reload that failed');
ok $nginx->reload(realm => "$base zone 2m;", server => ''), 'and one that does not';
holds('another reload');

# A worker that only finishes what it began must not write where nobody looks any more.
my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', LocalPort => $slow, ReuseAddr => 1)
    or die "listen: $!";
my $client = $nginx->connect;
$client->send(Client::format_request('GET', '/slow'));
my $upstream = $server->accept;
ok $nginx->reload(realm => "$base zone 3m;"), 'a reload while a login is on its way';
print $upstream "HTTP/1.0 200 OK\r\n\r\nin";
close $upstream;
is $client->response->status, 503, 'the login fails';
like $nginx->log, qr/\[error\].*the store says: READONLY the zone was replaced by a reload/, 'the log says why';
undef $client;
holds('after it');

# Other stores.
$nginx->forget_log;
my @before = @gone;
ok $nginx->reload(realm => "$base zone 3m; redis @{[ $redis->address ]}; redis_timeout 3s;"), 'to Redis';
like $nginx->log, qr/\[warn\].*realm "app" has Redis as its store now: its revocations are kept, its sessions are not/,
    'with a warning';
is scalar(grep { answer($_) eq '401 revoked' } @before), @before, 'what was revoked stays so';
is $nginx->post('/refresh', $good[0]{cookie})->answer, '401 record', 'sessions are not known there';
my $user = enter('redis');
is answer($user), '200 valid', 'new ones are';
ok $nginx->reload(realm => "$base zone 3m;"), 'and back';
like $nginx->log, qr/\[warn\].*realm "app" begins with an empty store: what Redis has/, 'with a warning';
is $nginx->post('/refresh', $user->{cookie})->answer, '401 record', 'which is empty';
is answer(enter('last')), '200 valid', 'and works';
$nginx->allow_log(qr/\[emerg\]/);

done;
