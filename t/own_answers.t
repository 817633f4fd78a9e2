# Requests of different users on one connection, kept alive, pipelined or as HTTP/2 streams, each with its own verdict
# while Redis takes its time; and bodies that come before, while and after it is asked.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Streams;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $http2 = free_port();
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $proxy->directives ]}",
    server => "listen 127.0.0.1:$http2 http2; client_max_body_size 4m;",
    echo => '$session_user $content_length$http_transfer_encoding',
    backend => 'client_max_body_size 4m; location / { proxy_set_header X-Echo $http_x_echo;
        proxy_pass http://unix:' . folder() . '/nginx1/size.sock; }',
    http => 'server { listen unix:' . folder() . '/nginx1/size.sock; access_log off; client_max_body_size 4m;
        location / { return 200 "$http_x_echo $content_length"; } }',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /direct { auth_session app; proxy_request_buffering off; proxy_http_version 1.1;
            proxy_pass http://backend; }',
);
my %cookie = map { $_ => cookie(mint({sub => $_, jti => 'j'})) } qw(alice bob carol dave);
$redis->cli('SET', 'session:revoked:{bob}:j', 1);
$redis->cli('SET', 'session:stale:{dave}', '*');
my %own = (alice => '200 valid alice', bob => '401 revoked', carol => '200 valid carol', dave => '401 stale');
my @turns = qw(alice bob carol dave bob alice dave carol carol bob);

sub said {
    my $response = shift->response // return 'nothing';
    return join ' ', $response->answer, $response->status == 200 ? $response->body =~ /^(\w+)/ : ();
}

sub request {
    my ($user, @more) = @_;
    return Client::format_request('GET', '/', $cookie{$user}, 'Connection: keep-alive', @more);
}

$proxy->mode('delay', 40);
my $client = $nginx->connect;
for my $user (@turns) {
    $client->send(request($user));
    is said($client), $own{$user}, "kept alive: $user";
}
$client = $nginx->connect;
$client->send(join '', map { request($_) } @turns);
is said($client), $own{$_}, "pipelined: $_" for @turns;

$client = $nginx->connect;
$client->send(request('alice') . substr request('bob'), 0, 40);
sleep 0.1;
$client->send(substr request('bob'), 40);
is said($client), $own{$_}, "the next one in halves: $_" for qw(alice bob);

$client = $nginx->connect;
$client->send(request('alice') . request('bob', {body => 'x' x 1000}) . request('carol', {body => 'y'})
    . request('dave'));
is said($client), $own{$_}, "pipelined with bodies: $_" for qw(alice bob carol dave);

my @said = Streams::run($http2, {}, map { {headers => [$cookie{$_}]} } @turns);
like $said[$_], qr/^\Q$own{$turns[$_]}\E/, "HTTP/2: $turns[$_]" for 0 .. $#turns;
@said = Streams::run($http2, {}, map { {method => 'POST', headers => [$cookie{$turns[$_]}], body => 30000,
    pause => $_ * 0.01} } 0 .. $#turns);
like $said[$_], qr/^\Q$own{$turns[$_]}\E/, "HTTP/2 with a body: $turns[$_]" for 0 .. $#turns;

# Bodies. The answers say how much of them the upstream got.
sub post {
    my ($path, $user, $length, @pieces) = @_;
    my $client = $nginx->connect;
    $client->send(Client::format_request('POST', $path, $cookie{$user}, $length));
    for my $piece (@pieces) { ref $piece ? sleep $$piece : $client->send($piece) }
    my $response = $client->response // return 'nothing';
    return join ' ', $response->answer, $response->status == 200 ? $response->body =~ /^(\w+).* (\d+)$/ : ();
}
sub chunk { sprintf "%x\r\n%s\r\n", length $_[0], $_[0] }
my ($early, $within, $late) = map { my $seconds = $_; \$seconds } 0, 0.02, 0.1;
my $mega = 'x' x 1_000_000;

for my $path ('/', '/direct') {
    for my $when ($early, $within, $late) {
        my $name = "$path after $$when s";
        is post($path, 'alice', 'Content-Length: 1000000', $when, $mega), '200 valid alice 1000000', "$name: 1 MB";
        is post($path, 'alice', 'Content-Length: 6', 'abc', $when, 'def'), '200 valid alice 6', "$name: in halves";
        is post($path, 'bob', 'Content-Length: 6', 'abc', $when, 'def'), '401 revoked', "$name: refused";
        next if $path eq '/direct';
        is post($path, 'alice', 'Transfer-Encoding: chunked', $when, chunk($mega), chunk('abc'), chunk('')),
            '200 valid alice 1000003', "$name: chunked";
        is post($path, 'alice', 'Transfer-Encoding: chunked', "3\r", $when, "\nabc\r", $when, "\n0\r\n\r\n"),
            '200 valid alice 3', "$name: torn chunks";
    }
}
is post('/', 'bob', 'Content-Length: 1000000', $mega), '401 revoked', '1 MB, refused';

$client = $nginx->connect;
$client->send(Client::format_request('POST', '/', $cookie{alice}, 'Content-Length: 5', 'Expect: 100-continue'));
ok wait_until(sub { $client->fill(time + 1); $client->{input} =~ m{^HTTP/1.1 100} }, 3), 'told to continue';
$client->send('12345');
is said($client), $own{alice}, 'and then answered';
$client = $nginx->connect;
$client->send(Client::format_request('POST', '/', $cookie{bob}, 'Content-Length: 5', 'Expect: 100-continue'));
like $client->response->head, qr{^HTTP/1.1 401}, 'refused without being told to continue';
$client->close;    # nginx lingers for a body that was refused

done;
