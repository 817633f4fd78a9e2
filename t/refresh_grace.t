# A refresh token used twice: within ten seconds everybody gets the one successor, later the session ends.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key($_) for qw(v1 v2);
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $rest = 'cookie access_token; refresh_cookie refresh_token; revocation strict;';
my ($first, $second) = ('key v1 file=v1.key;', 'key v2 file=v2.key;');
sub node {
    my ($keys, $store) = @_;
    return Nginx->new(
        realm => "$keys $rest $store",
        workers => 2,
        backend => login_backend(),
        locations => 'location / { auth_session app; proxy_pass http://backend; }
            location = /login { session_issue app; proxy_pass http://backend; }
            location = /refresh { session_refresh app; }
            location = /status { session_status; }',
    );
}
my @nodes = (node("$first $second", $redis->directives), node("$second $first", $redis->directives));
my $apart = node($first, "redis @{[ $proxy->address ]}; redis_connect_timeout 1s; redis_timeout 1s;");
sub enter { log_in($nodes[0], '/login', 'X-Login: 42') }
sub refresh { $nodes[$_[1] // 0]->post('/refresh', "Cookie: refresh_token=$_[0]") }
sub record { $redis->cli('HGET', "session:data:{42}:$_[0]{sid}", $_[1]) }

# As many requests at once as there are headers, by turns at both nodes; their answers.
sub at_once {
    my ($number, $cookie, $expected) = @_;
    my @clients = map { $nodes[$_ % 2]->connect } 1 .. $number;
    $_->send(Client::format_request('POST', '/refresh', $cookie)) for @clients;
    my @answers = map { $_->response } @clients;
    is scalar(grep { $_->answer eq '200 valid' } @answers), $number, "all $number are refreshed";
    is scalar(grep { $_->header('Set-Cookie') =~ /Max-Age=0/ } @answers), 0, 'nobody clears a cookie';
    my %successors = map { $_->{refresh} => $_->{access} } map { given($_) } @answers;
    is scalar(keys %successors), 1, 'all get the same successor';
    return {refresh => keys %successors, access => values %successors};
}

my $many = enter();
my $expired = mint({exp => time - 10, sid => $many->{sid}});
my $winner = at_once(50, "Cookie: access_token=$expired; refresh_token=$many->{refresh}");
isnt $winner->{refresh}, $many->{refresh}, 'which is another';
is record($many, 'refresh'), token_hash($winner->{refresh}), 'the store knows it by its hash';
is $nodes[$_]->get('/', cookie($winner->{access}))->answer, '200 valid', "node $_ takes the access token" for 0, 1;
my $again = at_once(20, "Cookie: refresh_token=$winner->{refresh}");
isnt $again->{refresh}, $winner->{refresh}, 'the successor has one itself';

# A chain within the grace: every link leads to its end.
my $user = enter();
my @chain = ($user->{refresh});
push @chain, given(refresh($chain[-1], @chain % 2))->{refresh} for 1 .. 3;
is scalar(keys %{{map { $_ => 1 } @chain}}), 4, 'a chain of four';
for my $link (0 .. 2) {
    my $answer = refresh($chain[$link], $link % 2);
    is $answer->answer, '200 valid', "link $link is good";
    is given($answer)->{refresh}, $chain[3], "link $link leads to the end";
    is $nodes[0]->get('/', given($answer)->{only_access})->status, 200, "link $link gives an access token";
}

# One client that refreshes much more often than it should.
my $busy = enter();
my $current = $busy->{refresh};
my %seen = ($current => 1);
for (1 .. 25) {
    my $next = refresh($current, $_ % 2);
    $next->status == 200 or last;
    $seen{$current = given($next)->{refresh}} = 1;
}
is scalar(keys %seen), 26, 'twenty-five in a row';

# Redis keeps scripts until it forgets them.
$redis->cli('SCRIPT', 'FLUSH');
at_once(10, "Cookie: refresh_token=$current");
my $whole = $redis->calls('eval');
$current = given(refresh($current))->{refresh} for 1 .. 4;
is $redis->calls('eval'), $whole, 'a script that Redis knows is named by its hash';

# The reply is lost behind the commit: the client knows nothing, and comes again with what it has.
my $unlucky = enter();
$proxy->mode('drop');
my $answer = $apart->post('/refresh', $unlucky->{cookie});
is $answer->answer, '503 store', 'the reply is lost';
is_deeply cookies_of($answer), {}, 'no cookie is touched';
isnt record($unlucky, 'refresh'), token_hash($unlucky->{refresh}), 'the store has rotated';
$proxy->mode('pass');
my $retried;
eventually { $retried = $apart->post('/refresh', $unlucky->{cookie}); $retried->status == 200 } 5, 'tried again';
is record($unlucky, 'refresh'), token_hash(given($retried)->{refresh}), 'the successor';

# One node has a key that another does not know yet.
my $early = enter();
my $newer = given(refresh($early->{refresh}, 1));
$answer = $apart->post('/refresh', $early->{cookie});
is $answer->status, 503, 'the successor has an unknown key';
is_deeply cookies_of($answer), {}, 'no cookie is touched';
is refresh($newer->{refresh})->answer, '200 valid', 'nothing was ended';

my $quiet = enter();
my $kept = given(refresh($quiet->{refresh}));
my $stolen = enter();
my $thief = given(refresh($stolen->{refresh}));
my $both = enter();
my $middle = given(refresh($both->{refresh}));
$_->forget_log for @nodes;
sleep 11.2;

# The grace is over.
is given(refresh($kept->{refresh}))->{sid}, $quiet->{sid}, 'a token used once is good';
my $last = given(refresh($middle->{refresh}));
my $other = mint({exp => time - 10, sid => 'x'});
$answer = $nodes[1]->post('/refresh', "Cookie: access_token=$other; refresh_token=$stolen->{refresh}");
is $answer->answer, '401 replayed', 'a token used again';
is $answer->json->{reason}, 'replayed', 'the reason in the body';
is_deeply {map { $_->{value} . $_->{'max-age'} => 1 } values %{cookies_of($answer)}}, {0 => 1}, 'clears the cookies';
is_deeply [sort keys %{cookies_of($answer)}], [qw(access_token refresh_token)], 'both';
for my $node (@nodes) {
    is $node->get('/', $_->{only_access})->answer, '401 revoked', 'access tokens of the session are revoked'
        for $stolen, $thief;
}
like refresh($thief->{refresh})->answer, qr/^401 (?:record|revoked|replayed)$/, "and so is the thief's refresh token";
is record($stolen, 'sub'), '', 'the record is gone';
unlike $redis->cli('ZRANGE', 'session:user:{42}', 0, -1), qr/\Q$stolen->{sid}\E/, 'from the index too';
my $left = $redis->cli('TTL', "session:revoked:{42}:$stolen->{sid}");
cmp_ok $left, '>=', payload($thief->{access})->{exp} - time, 'revoked as long as any of its tokens could live';
cmp_ok $left, '<', 2000, 'and not much longer';
is status_of($nodes[1])->{replayed}, 1, 'counted';
like $nodes[1]->log, qr/\[notice\].*realm "app" rejected: reason=replayed user="42" id="\Q$stolen->{sid}\E"/, 'the log';
is refresh($both->{refresh})->answer, '401 replayed', 'the first of a chain, while its second is in the grace';
is refresh($last->{refresh})->status, 401, 'ends what came of it';
is $nodes[0]->get('/', $last->{only_access})->answer, '401 revoked', 'all of it';
is $nodes[0]->get('/', $quiet->{only_access})->answer, '200 valid', 'other sessions of the user go on';
is $nodes[0]->post('/refresh', "Cookie: refresh_token=$chain[0]")->answer, '401 replayed', 'the old chain';

done;
