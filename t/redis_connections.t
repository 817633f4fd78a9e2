# The connections of a worker: as many as `redis_connections` says, to a host by its name too, opened without blocking,
# gone after a reload and at the end.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $key = 'key v1 file=v1.key; cookie access_token; revocation strict; live_connections keep;';
my $times = 'redis_connect_timeout 3s; redis_timeout 3s;';
my $unused = FaultProxy->new(target => $redis->port);
my %realm = (
    unused => "$key redis 127.0.0.1:@{[ $unused->port ]};",
    app => "$key $times redis 127.0.0.1:@{[ $proxy->port ]}; redis_connections 3;",
    named => "$key $times redis localhost:@{[ $redis->port ]};",
);
my $nginx = Nginx->new(
    realms => \%realm,
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app named)),
);
my $cookie = cookie(mint({jti => 'j'}));

is $nginx->get('/named', $cookie)->answer, '200 valid', 'a host by its name';
eventually { $nginx->get('/app', $cookie); $proxy->open_connections == 3 } 5, 'three connections';
$nginx->get('/app', $cookie) for 1 .. 20;
is $proxy->open_connections, 3, 'and no more';

ok $nginx->reload(drained => 1), 'a reload';
eventually { $nginx->get('/app', $cookie); $proxy->open_connections == 3 } 5, 'the old ones are gone';
is $nginx->get('/app', $cookie)->answer, '200 valid', 'the new ones serve';

$proxy->mode('silent');
$proxy->cut;
my $start = Time::HiRes::time();
ok $nginx->reload(drained => 1), 'a reload while Redis accepts and says nothing';
is $nginx->get('/named', $cookie)->answer, '200 valid', 'holds up nobody else';
cmp_ok Time::HiRes::time() - $start, '<', patience(2), 'nor the start of the workers';
$proxy->mode('pass');
$proxy->cut;
eventually { $nginx->get('/app', $cookie)->answer eq '200 valid' } 2, 'and back it is';

is $unused->accepted, 0, 'a realm that no location uses connects to nothing';

ok $nginx->quit, 'the end';
eventually { $proxy->open_connections == 0 } 2, 'none is left at the end';

done;
