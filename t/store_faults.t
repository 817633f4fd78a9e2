# What a broken server or network makes of replies: nothing that is no whole right answer lets anybody in, the answer
# comes within the timeout, and the connection that broke is not used again.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation strict;
    redis_timeout 300ms;";
my $nginx = Nginx->new(
    realms => {app => $key, open => "$key store_error allow;"},
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /open { auth_session open; proxy_pass http://backend; }',
);
my $good = cookie(mint({jti => 'good'}));
my $revoked = cookie(mint({jti => 'bad'}));
$redis->cli('SET', 'session:revoked:{42}:bad', 1);

# Both realms ask: a revocation that is new is known to Redis only.
my $probes = 0;

sub well {
    my $probe = 'probe' . ++$probes;
    my $cookie = cookie(mint({jti => $probe}));
    $redis->cli('SET', "session:revoked:{42}:$probe", 1);
    return $nginx->get('/', $good)->answer eq '200 valid' && $nginx->get('/', $revoked)->answer eq '401 revoked'
        && $nginx->get('/open', $cookie)->answer eq '401 revoked';
}

# The answer, and whether it came in time; a machine that is busy elsewhere gets more than one attempt.
sub refused_in_time {
    my ($name, @mode) = @_;
    my ($quickest, %answers) = (9);
    for (1 .. 3) {
        $proxy->mode('pass');
        wait_until { well() } 2 or return fail "$name: well before";
        $proxy->mode(@mode);
        my $start = time;
        $answers{$nginx->get('/', $good)->answer}++;
        my $taken = time - $start;
        $quickest = $taken if $taken < $quickest;
        last if $taken < 0.5;
    }
    is join(' ', keys %answers), '503 store', "$name: 503";
    cmp_ok $quickest, '<', 0.5, "$name: within the timeout";
    is $nginx->get('/open', $good)->answer, '200 valid', "$name: store_error allow lets through";
    $proxy->mode('pass');
    eventually { well() } 2, "$name: well again";
}

my @answer = ("\$-1\r\n", "\$-1\r\n");    # of GET session:epoch and GET session:stale:{42}
my %garbage = (
    text => "HTTP/1.1 400 Bad Request\r\n\r\n",
    zeros => "\0" x 1000,
    'an endless line' => '+' . 'x' x 100_000,
    'a huge bulk' => "\$536870912\r\n",
    'a negative bulk' => "\$-7\r\n",
    'a huge array' => "*2147483647\r\n",
    'nested arrays' => "*1\r\n" x 1000,
    'an odd number' => ":1x\r\n" x 3,
    'too few replies' => join('', @answer),
    'half a reply' => join('', @answer, ':'),
    'half of the end' => join('', @answer, ":0\r"),
    'errors' => "-LOADING Redis is loading the dataset in memory\r\n" x 3,
    'a reply before the others' => join('', "+OK\r\n", @answer),
);
refused_in_time($_, 'garbage', $garbage{$_}) for sort keys %garbage;
refused_in_time('silence', 'silent');
refused_in_time('replies lost', 'drop');
refused_in_time('closed at the command', 'close');
refused_in_time('half closed', 'half_close');
refused_in_time("closed after $_ bytes", 'truncate', $_) for 1, 5, 13;
refused_in_time('no server', 'refuse');

$proxy->mode('garbage', join '', @answer, ":1\r\n");
is $nginx->get('/open', $good)->answer, '401 revoked', 'one that is whole and says revoked is an answer';
$proxy->mode('garbage', join '', "-ERR\r\n", "-ERR\r\n", ":1\r\n");
is $nginx->get('/open', $good)->answer, '401 revoked', 'also after errors';
$proxy->mode('garbage', join '', @answer, ":0\r\n", ":0\r\n");
$nginx->get('/', $good);
eventually { $nginx->get('/', $good); $nginx->log =~ /unexpected reply/ } 2, 'a reply too many ends the connection';
$proxy->mode('pass');
eventually { well() } 2, 'well again';

$proxy->only('!CLIENT');    # the connection that tells of changes has much to say
$proxy->mode('bytes');
eventually { well() } 5, 'whole answers in single bytes are answers';
is $nginx->get('/', $good)->answer, '200 valid', 'good' for 1 .. 3;
is $nginx->get('/', $revoked)->answer, '401 revoked', 'revoked' for 1 .. 3;

$proxy->mode('pass');
$proxy->only('');
ok wait_until(sub { well() }, 2), 'well';
$proxy->cut;
is $nginx->get('/', $good)->answer, '200 valid', 'a connection that is cut between requests harms nobody';
my @clients = map { $nginx->connect } 1 .. 10;
$proxy->mode('drop');
$_->send(Client::format_request('GET', '/', $good)) for @clients;
sleep 0.1;
$proxy->mode('pass');
$proxy->cut;
my @answers = map { $_->response->answer } @clients;
is scalar(grep { $_ eq '200 valid' } @answers), 10, 'nor one that is cut under them: they are asked again';

done;
