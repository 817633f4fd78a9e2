# `nginx -t`, start, reload and end never wait for a Redis that refuses, drops or says nothing.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use IO::Socket::INET;
use Time::HiRes qw(time);

new_key('v1');
my $silent = FaultProxy->new;
$silent->mode('silent');
# Nobody accepts, and once its queue is full the kernel drops what comes: connect() gets no answer at all.
my $full = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => free_port(), Listen => 0) or die "listen: $!";
my @queued = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $full->sockport, Blocking => 0) } 1 .. 3;
my %address = (
    'that refuses' => '127.0.0.1:1',
    'that is silent' => $silent->address,
    'that drops' => '127.0.0.1:' . $full->sockport,
    'without a socket' => 'unix:/nonexistent/redis.sock',
    'at two addresses' => 'localhost:1',
);

sub in_time {
    my ($name, $seconds, $code) = @_;
    my $start = time;
    my $result = $code->();
    my $taken = time - $start;
    cmp_ok $taken, '<', patience($seconds), "$name: in time";
    return $result;
}

for my $name (sort keys %address) {
    my $key = "key v1 file=v1.key; cookie access_token; redis $address{$name}; revocation strict; redis_timeout 300ms;
        redis_connect_timeout 20s;";
    my %settings = (
        realms => {app => $key, open => "$key store_error allow;", none => 'key v1 file=v1.key; revocation off;'},
        locations => join '', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app open none),
    );
    ok in_time("a check, Redis $name", 2, sub { Nginx->check(%settings) =~ /test is successful/ }), 'and good';
    my $nginx = Nginx->prepare(%settings);
    in_time("a start, Redis $name", 2, sub { $nginx->start });
    my $token = mint({jti => 'j'});
    is in_time('free of Redis', 1, sub { $nginx->get('/none', bearer($token))->answer }), '200 valid', 'served';
    is in_time('denied', 2, sub { $nginx->get('/app', cookie($token))->answer }), '503 store', 'told so';
    is in_time('allowed', 2, sub { $nginx->get('/open', cookie($token))->answer }), '200 valid', 'let through';
    in_time("a reload, Redis $name", 4, sub { ok $nginx->reload(drained => 1), 'a reload' });
    in_time("the end, Redis $name", 3, sub { ok $nginx->quit, 'it quits' });
}

# A Redis that comes later is found.
my $proxy = FaultProxy->new(target => RedisServer->new->port);
$proxy->mode('refuse');
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation strict;",
);
my $good = cookie(mint({jti => 'j'}));
is $nginx->get('/', $good)->answer, '503 store', 'a worker begins without Redis';
$proxy->mode('pass');
eventually { $nginx->get('/', $good)->answer eq '200 valid' } 2, 'and finds it when it is there';

done;
