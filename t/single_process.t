# `master_process off`: one process serves, finds Redis again, and takes a reload as nginx does in this mode, which then
# accepts no new connections: those it has are served on by the configuration they came with.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_) for qw(v1 v2);
my $redis = RedisServer->new;
my $key = "key v1 file=v1.key; cookie access_token; revocation strict; live_connections keep; redis @{[ $redis->address ]};
    redis_timeout 1s; redis_connect_timeout 1s;";
my $nginx = Nginx->prepare(
    main => 'master_process off;',
    realm => $key,
    locations => 'location / { auth_session app; root ' . folder() . '; }',
);
write_file('page', 'hello', 0644);
my ($good, $revoked) = map { cookie(mint({jti => $_})) } qw(good bad);
$redis->cli('SET', 'session:revoked:{42}:bad', 1);

# The kit knows a start by its workers: here the only process is one.
{
    no warnings 'redefine';
    local *Nginx::workers = sub { $_[0]{pid} };
    $nginx->start;
}

sub kept {
    my ($client, @headers) = @_;
    $client->send(Client::format_request('GET', '/page', 'Connection: keep-alive', @headers));
    my $response = $client->response // return 'nothing';
    return $response->answer;
}

is $nginx->get('/page', $good)->answer, '200 valid', 'good';
is $nginx->get('/page', $revoked)->answer, '401 revoked', 'revoked';

$redis->kill;
is $nginx->get('/page', $good)->answer, '503 store', 'Redis is away';
$redis->start;
$redis->cli('SET', 'session:revoked:{42}:bad', 1);
eventually { $nginx->get('/page', $good)->answer eq '200 valid' } 2, 'and back';
is $redis->clients, 1, 'with one connection';

my $client = $nginx->connect;
is kept($client, $good), '200 valid', 'a connection that is kept';
$nginx->write_configuration(realm => "key v2 file=v2.key; $key");
kill HUP => $nginx->pid;
ok $nginx->wait_for_log(qr/ reconfiguring$/m), 'a reload';
sleep 0.2;
for (1 .. 3) {
    is kept($client, $good), '200 valid', 'its connections: good';
    is kept($client, $revoked), '401 revoked', 'revoked';
}
is kept($client, cookie(mint({}, key => 'v2'))), '401 signature', 'by the configuration they came with';
$client->close;
is $redis->clients, 1, 'no connection to Redis is lost or left';
ok !$nginx->gone, 'the process is there';

done;
