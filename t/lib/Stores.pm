# The same test against each store: Redis, and the zone, which is the store of a realm without `redis`.
#
#   each_store(sub {
#       my ($store) = @_;                                   # its name, for the names of tests
#       my $nginx = Nginx->new(realm => "… $store->{realm}", …);
#   });
package Stores;

use strict;
use warnings;

use Exporter qw(import);
use Test::More ();

use RedisServer;

our @EXPORT = qw(each_store);

sub each_store {
    my ($test) = @_;
    my $redis = RedisServer->new;
    my @stores = ({name => 'redis', realm => 'redis ' . $redis->address . '; redis_timeout 3s;', redis => $redis},
        {name => 'zone', realm => ''});
    for my $store (@stores) {
        Test::More::subtest($store->{name} => sub { $test->($store); Test::More::done_testing() });
    }
}

1;
