# The embedded store and a real Redis give the same answers to the same commands and scripts. The two are asked by the
# binary of the unit tests, which stands beside the module.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

my $redis = RedisServer->new;
(my $unit = $ENV{TEST_NGINX_MODULE}) =~ s{[^/]+$}{unit/unit};
plan skip_all => "no $unit, \"make unit\" builds it" unless -x $unit;

local $ENV{TEST_REDIS_SOCKET} = "$redis->{folder}/redis.sock";
my $output = `$unit -tc='as Redis*'`;
is $?, 0, 'they agree' or diag $output;
my @passed = $output =~ /^ok \d+ - as Redis/mg;
is scalar @passed, 2, 'in plain commands and in the steps of sessions';

done;
