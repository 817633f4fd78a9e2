# A store is emptied and gets a new id while questions wait for it: what is known to be revoked stays so, also where the new
# id is known by the time when the answer comes.
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(realm => 'key v1 file=v1.key; cookie access_token; revocation strict; live_connections keep;
    redis_timeout 60s; redis ' . $redis->address . ';');
my $cookie = cookie(mint({jti => 'j'}));
eventually { $redis->cli('EXISTS', 'session:generation') } 5, 'the store has its id';
$redis->cli('SET', 'session:revoked:{42}:j', 1);
is $nginx->get('/', $cookie)->answer, '401 revoked', 'known to be revoked';
sleep patience(2);

# Redis stands still: it will empty itself, then be looked at, then be asked about the token.
my $other = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $redis->port) or die "connect: $!";
print $other "PING\r\n";
readline $other;
$RedisServer::emptied = 1;
$redis->pause;
print $other "FLUSHALL\r\nSET session:generation another\r\n";
sleep patience(1.5);
my $client = Client->connect(port => $nginx->port, timeout => 30)->send(Client::format_request('GET', '/', $cookie));
sleep patience(0.3);
$redis->resume;
is $client->response->answer, '401 revoked', 'still revoked';
is $nginx->get('/', $cookie)->answer, '401 revoked', 'and later';
eventually { $nginx->log =~ /emptied or replaced/ } 5, 'the log tells of it';

done;
