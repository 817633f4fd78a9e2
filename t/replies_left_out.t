# A server that leaves out replies: nobody is judged by what was said of another one, and all is well at once, however
# much is asked meanwhile.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Load;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $lossy = FaultProxy->new;
my %good = (PING => "+PONG\r\n", GET => "\$-1\r\n", EXISTS => ":0\r\n");
$lossy->answer(\%good);
my $key = 'key v1 file=v1.key; cookie access_token; revocation strict; live_connections keep; redis_connections 1;
    redis_timeout 5s; redis_connect_timeout 300ms;';
my $nginx = Nginx->new(
    realms => {app => "$key redis @{[ $proxy->address ]};", lossy => "$key redis @{[ $lossy->address ]};"},
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /lossy { auth_session lossy; proxy_pass http://backend; }',
);
sub token { cookie(mint({sub => $_[0], jti => 'j'})) }

sub ask {
    my ($path, $cookie) = @_;
    my $client = $nginx->connect;
    $client->send(Client::format_request('GET', $path, $cookie));
    return $client;
}

# All replies to one request, then another one comes.
my $number = 0;
for my $case (['revoked', 'good'], ['good', 'revoked'], ['revoked', 'good']) {
    my %answer = (good => '200 valid', revoked => '401 revoked');
    my @who = map { $_ . ++$number } @$case;
    my $name = join ', ', @$case;
    $redis->cli('SET', "session:revoked:{$_}:j", 1) for grep {/revoked/} @who;
    eventually { $nginx->get('/', token('well'))->answer eq '200 valid' } 5, "$name: well before";
    $proxy->mode('drop');
    my @clients = ask('/', token($who[0]));
    sleep 0.1;
    $proxy->mode('pass');
    my $start = time;
    push @clients, ask('/', token($who[1]));
    is join(' ', map { $_->response->answer } @clients), join(' ', @answer{@$case}), "$name: each has its own answer";
    cmp_ok time - $start, '<', patience(2), "$name: long before the timeout";
}

# One reply of several: the next one is none that its command can have.
sub lossy_is_well { $lossy->answer(\%good); $nginx->get('/lossy', token('u'))->answer eq '200 valid' }
for my $command ('GET session:epoch', 'GET session:stale:{u}') {
    eventually { lossy_is_well() } 2, 'all is said';
    $lossy->answer({%good, $command => ''});
    my $start = time;
    is $nginx->get('/lossy', token('u'))->answer, '503 store', "$command is left out";
    cmp_ok time - $start, '<', patience(2), 'which is noticed';
}

# The last one: the next question brings it to light.
eventually { lossy_is_well() } 2, 'all is said';
$lossy->answer({%good, EXISTS => ''});
$lossy->forget;
my $client = ask('/lossy', token('u'));
wait_until { grep {/^EXISTS/} $lossy->commands } 5;
$lossy->answer(\%good);
is $nginx->get('/lossy', token('v'))->answer, '200 valid', 'the last one is left out: others have theirs';
like $client->response->answer, qr/^(?:200 valid|503 store)$/, 'and it is asked for again, once';

# Under load, for a moment again and again.
my @users = map { Load::user("steady$_", "200 valid steady$_", '503 store') } 1 .. 8;
push @users, map { Load::user("gone$_", '401 revoked', '503 store') } 1 .. 8;
$redis->cli('SET', "session:revoked:{gone$_}:id-gone$_", 1) for 1 .. 8;
my $load = Load->start($nginx, seconds => 60, clients => [qw(keep keep once once), ('leave') x 6], users => \@users);
for (1 .. 20) {
    $proxy->mode('drop');
    sleep 0.03;
    $proxy->mode('pass');
    sleep 0.1;
}
my $met = $load->stop;
note explain $met;
is_deeply [$met->{wrong}, $met->{failed}], [[], []], 'each has its own answer';
cmp_ok $met->{answers}, '>', 50, 'and there are many';
cmp_ok $met->{slowest}, '<', patience(2), 'long before the timeout';
is $nginx->get('/', token('well'))->answer, '200 valid', 'well at the end';

done;
