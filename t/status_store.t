# session_status of the store: questions by their end, how long they took, connections and what became of them.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; redis @{[ $proxy->address ]};
        redis_timeout 400ms; redis_connect_timeout 400ms; redis_connections 2;",
    locations => 'location / { auth_session app; proxy_pass http://backend; } location = /status { session_status; }
        location = /login { session_issue app; proxy_pass http://backend; }',
    backend => 'location / { return 200 ok; } location /login { add_header X-Session-User 42; return 200 ok; }',
);
my $cookie = cookie(mint({}));
sub store { $nginx->get('/status')->json->{realms}{app}{store} }
sub ends { my $requests = store()->{requests}; join ' ', map { $requests->{$_} } qw(answered error timeout unanswered) }

eventually { store()->{connections} == 2 } 10, 'the connections are there';
is ends(), '0 0 0 0', 'nothing asked';
is $nginx->get('/', $cookie)->reason, 'valid', 'a question' for 1 .. 5;
is ends(), '5 0 0 0', 'answered';
is $nginx->get('/login')->status, 200, 'a login';
my ($asked) = split ' ', ends();
cmp_ok $asked, '>', 5, 'asks as well';

# How long: each answer is in one class and all above it.
my $durations = store()->{durations};
my @counts = map { $_->{count} } @{$durations->{buckets}};
is_deeply \@counts, [sort { $a <=> $b } @counts], 'classes count those below';
is $counts[-1], $asked, 'the last one has all';
is $durations->{count}, $asked, 'as the count has';
is $durations->{buckets}[0]{le}, 0.0001, 'the first bound';
is $durations->{buckets}[-2]{le}, 1, 'the last bound';
is $durations->{buckets}[-1]{le}, undef, 'and none';
cmp_ok $durations->{sum}, '>', 0, 'time has passed';

# A server that is slow: the sum and the class tell.
my $before = store()->{durations};
$redis->pause;
my $start = time;
my $client = $nginx->connect;
$client->send(Client::format_request('GET', '/', $cookie));
sleep 0.15;
$redis->resume;
is $client->response->status, 200, 'a late answer';
my $took = time - $start;
my $after = store()->{durations};
my $more = $after->{sum} - $before->{sum};
cmp_ok $more, '>=', 0.14, 'is in the sum';
cmp_ok $more, '<=', $took, 'as long as it took';
my ($at) = grep { $_->{le} == 0.1 } grep { defined $_->{le} } @{$before->{buckets}};
my ($then) = grep { $_->{le} == 0.1 } grep { defined $_->{le} } @{$after->{buckets}};
is $then->{count}, $at->{count}, 'in none of the fast classes';

# An error, no answer in time, no connection.
my @was = split ' ', ends();
$redis->cli('LPUSH', 'session:epoch', 'x');
is $nginx->get('/', $cookie)->status, 503, 'a key of the wrong kind';
$was[1] += 1;
is join(' ', (split ' ', ends())[0, 1, 2]), join(' ', @was[0, 1, 2]), 'an error';
$redis->cli('DEL', 'session:epoch');
$redis->pause;
is $nginx->get('/', $cookie)->status, 503, 'no answer in time';
is store()->{requests}{timeout}, $was[2] + 1, 'a timeout';
$redis->resume;
eventually { $nginx->get('/', $cookie)->status == 200 } 10, 'back again';
eventually { store()->{reconnects} >= 1 } 10, 'on another connection';
my $errors = store()->{requests}{error};
$redis->stop;
eventually { store()->{connections} == 0 } 10, 'Redis goes: no connection';
$nginx->get('/', $cookie) for 1 .. 3;
cmp_ok store()->{requests}{error}, '>=', $errors + 3, 'questions that nobody can be asked are errors';
cmp_ok store()->{requests}{unanswered}, '==', store()->{requests}{error} + store()->{requests}{timeout}, 'or timeouts';

done;
