# redis_wait in a cluster: a logout is acknowledged when the replicas of those masters have it that have written it, each of
# their own; other masters do not matter. While a slot moves, and where a master has another one after it, nothing is.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;
use Sessions;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, replicas => 1, timeout => 5000, config => ['repl-ping-replica-period 1']);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $cluster->directives ]} redis_wait 1 700ms;",
    backend => login_backend(),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /login { session_issue app; proxy_pass http://backend; }
        location = /logout { session_logout app /; } location /admin { session_admin app write=on; }',
);
my ($one, $two) = $cluster->masters;
my %replica = map { $_ => ($cluster->replicas_of($_))[0] } $one, $two;

my $round = 0;
sub user {
    my ($master) = @_;
    my $user = $cluster->user_at($master, $round++);
    return {name => $user, %{log_in($nginx, '/login', "X-Login: $user")}};
}
sub end { $nginx->post('/logout', map { $_->{only_access} } @_)->status }
sub answer { $nginx->get('/', $_[0]{only_access})->answer }
sub mark {
    $nginx->request('PUT', "/admin/users/$_[0]{name}/stale", {body => '{"deleted":true}'}, 'Content-Type: application/json')->status;
}
sub has { my ($node, $user, $what) = @_; scalar $node->cli('KEYS', "session:$what:{$user->{name}}*") ne '' }

my ($first, $second) = (user($one), user($two));
eventually { answer($first) eq '200 valid' && answer($second) eq '200 valid' } 5, 'two sessions';
is end($first, $second), 200, 'a logout of both: acknowledged';
ok has($replica{$_->[0]}, $_->[1], 'revoked'), 'a replica knows' for [$one, $first], [$two, $second];
my $marked = user($one);
is mark($marked), 200, 'a mark: acknowledged';
ok has($replica{$one}, $marked, 'stale'), 'its replica knows';

$replica{$one}->pause;
my ($late, $both, $other) = (user($one), user($one), user($two));
is end($late), 503, 'no replica of its master has it';
is answer($late), '401 revoked', 'but here it is known';
is mark(user($one)), 503, 'nor a mark';
is end($other), 200, 'another master has its replica';
my $third = user($two);
is end($third, $both), 503, 'two masters, of which one has none';
is answer($third), '401 revoked', 'known here as well';
$replica{$one}->resume;
eventually { end(user($one)) == 200 } 10, 'acknowledged again';

# A slot on its way: what was written may be here or there.
my $name = $cluster->user_at($one, $round++);
my $moving = {name => $name, only_access => cookie(mint({sub => $name}))};
is answer($moving), '200 valid', 'a user';
my $slot = $cluster->slot_of("{$name}");
$cluster->begin_move($slot, $two);
is mark($moving), 503, 'a mark while the slot is on its way';
is answer($moving), '401 stale', 'known here';
$cluster->move_keys($one, $two, $cluster->keys_in($one, $slot));
$cluster->end_move($slot, $two);
eventually { mark($moving) == 200 } 10, 'at its new master';
ok has($replica{$two}, $moving, 'stale'), 'whose replica knows';

# A replica that takes over has none itself.
my $orphan = user($one);
$one->kill;
eventually { $replica{$one}->cli('ROLE') =~ /^master/ } 30, 'a replica takes over';
eventually { answer($orphan) eq '200 valid' } 10, 'and answers';
is end($orphan), 503, 'nobody has a copy any more';
is answer($orphan), '401 revoked', 'known here';

done;
