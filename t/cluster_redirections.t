# A slot on its way from one master to another: MOVED and ASK are followed, for reads, logins and logouts; half moved keys
# are found where they are; what nobody can tell is no answer; no answer is a wrong one.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;
use Sessions;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3);
my $base = "key v1 file=v1.key; cookie access_token; @{[ $cluster->directives ]}";
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached max_stale=2s;"},
    workers => 2,
    server => Everywhere::server(),
    backend => login_backend(),
    locations => join '', map {"
        location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }
        location = /$_/login { session_issue $_; rewrite ^ /login break; proxy_pass http://backend; }
        location = /$_/logout { session_logout $_; }"} qw(strict cached),
);
my $all = Everywhere->new($nginx);
my ($from, $to) = $cluster->masters;

my $user = $cluster->user_at($from);
my $slot = $cluster->slot_of("{$user}");
my %cookie = map { $_ => cookie(mint({sub => $user, jti => $_})) } qw(good bad later last);
sub key { "session:revoked:{$user}:$_[0]" }
$cluster->cli('SET', key('bad'), 1);

# Every worker says so, asked for more than once.
sub say_now {
    my ($name, %answer) = @_;
    for my $realm (qw(strict cached)) {
        for my $token (sort keys %answer) {
            my @answers = map { $all->ask("/$realm", $cookie{$token}) } 1 .. 2;
            is scalar(grep { index($_, $answer{$token}) == 0 } @answers), 4, "$name: $realm: $token"
                or diag join ', ', @answers;
        }
    }
}
say_now('before', good => '200 valid', bad => '401 revoked', later => '200 valid');
my $session = log_in($nginx, '/strict/login', "X-Login: $user");
is $nginx->get('/strict', $session->{cookie})->answer, '200 valid', 'a login before';

$cluster->begin_move($slot, $to);
say_now('being moved', good => '200 valid', bad => '401 revoked', later => '200 valid');
$cluster->move_keys($from, $to, key('bad'));
say_now('half moved', good => '200 valid', bad => '401 revoked', later => '200 valid');
is $cluster->cli('SET', key('later'), 1), 'OK', 'a revocation at the new master, which does not have the slot yet';
is $to->cli_port('EXISTS', key('later')) =~ /MOVED/, 1, 'as all others know';
eventually { $all->agree('401 revoked', "/$_", $cookie{later}) } 2, "$_: is seen" for qw(strict cached);
say_now('half moved', good => '200 valid', bad => '401 revoked', later => '401 revoked');

# The keys of a script are half here, half there: Redis does nothing, and nothing is claimed.
$cluster->move_keys($from, $to, "session:user:{$user}");
my $logout = $nginx->post('/strict/logout', $session->{cookie});
is $logout->status, 503, 'no logout meanwhile';
is $nginx->get('/strict', $session->{cookie})->answer, '200 valid', 'the session goes on';

$cluster->move_keys($from, $to, $cluster->keys_in($from, $slot));
$cluster->end_move($slot, $to);
say_now('moved', good => '200 valid', bad => '401 revoked', later => '401 revoked');
is $nginx->get('/strict', $session->{cookie})->answer, '200 valid', 'the session goes on';
is $nginx->post('/strict/logout', $session->{cookie})->status, 200, 'a logout at the new master';
is $nginx->get('/strict', $session->{cookie})->answer, '401 revoked', 'counts';
like $to->cli('KEYS', "session:revoked:{$user}:*"), qr/\Q$session->{sid}\E/, 'and is there';
$cluster->cli('SET', key('last'), 1);
eventually { $all->agree('401 revoked', "/$_", $cookie{last}) } 2, "$_: what is new at the new master" for qw(strict cached);
say_now('afterwards', good => '200 valid', bad => '401 revoked', later => '401 revoked', last => '401 revoked');

# A slot that loses its keys on the way: a known revocation is not deleted by that.
my $lossy = $cluster->user_at($from);
my $cookie = cookie(mint({sub => $lossy, jti => 'j'}));
$cluster->cli('SET', "session:revoked:{$lossy}:j", 1);
eventually { $all->agree('401 revoked HIT', '/cached', $cookie) } 3, 'a revocation that is known';
ok $all->agree('401 revoked', '/strict', $cookie), 'everywhere';
$to->ok('CLUSTER', 'SETSLOT', $cluster->slot_of("{$lossy}"), @$_) for ['IMPORTING', $from->{id}], ['NODE', $to->{id}];
eventually { $cluster->cli('EXISTS', "session:revoked:{$lossy}:j") eq '0' } 5, 'its key is lost with the slot';
for (1 .. 20) {
    my @answers = map { $all->ask("/$_", $cookie) } qw(strict cached);
    is scalar(grep {/^401 revoked/} @answers), 4, 'it stays' or diag join ', ', @answers;
    sleep 0.1;
}

# Nobody has it.
my $homeless = $cluster->user_at($from, 3);
$_->ok('CLUSTER', 'DELSLOTS', $cluster->slot_of("{$homeless}")) for $cluster->masters;
$_->ok('CONFIG', 'SET', 'cluster-require-full-coverage', 'no') for $cluster->masters;
my $lost = cookie(mint({sub => $homeless, jti => 'j'}));
eventually { $all->agree('503 store', '/strict', $lost) } 3, 'a slot without a master is no answer';
eventually { $all->agree('200 valid', '/strict', $cookie{good}) } 3, 'to others it does not matter';

done;
