# redis_wait and last_known: what is wrong is refused by nginx -t, with a line that names the remedy.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key;';
my $redis = "$key redis 127.0.0.1:1;";
for my $case (
    ["$key redis_wait 1 100ms;", '"redis_wait" has no effect, add "redis" to the realm'],
    ["$redis redis_wait 0 100ms;", 'use the number of replicas, 1 to 100'],
    ["$redis redis_wait x 100ms;", 'use the number of replicas, 1 to 100'],
    ["$redis redis_wait 1 soon;", 'use a time such as 100ms'],
    ["$redis redis_wait 1 0;", 'use a time such as 100ms'],
    ["$redis redis_wait 1;", 'invalid number of arguments in "redis_wait"'],
    ["$redis redis_wait 1 100ms; redis_wait 2 100ms;", 'duplicate'],
    ["$redis store_error deny last_known=1m;", '"allow" takes last_known=TIME'],
    ["$redis store_error allow last_known=soon;", '"allow" takes last_known=TIME'],
) {
    my ($realm, $message) = @$case;
    my ($good, $said) = Nginx->check(realm => $realm);
    ok !$good, "refused: $realm";
    like $said, qr/\[emerg\].*\Q$message\E/, 'and why';
}
for my $realm ("$redis redis_wait 2 50ms;", "$redis redis_topology cluster; redis_wait 1 50ms;",
    "$redis store_error allow last_known=90s;") {
    my ($good, $said) = Nginx->check(realm => $realm);
    ok $good, "good: $realm" or diag $said;
}

done_testing;
